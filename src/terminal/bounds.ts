/** Every bound and wait of the terminal room, each with its answer. */
export const bounds = {
  /** A lone ESC becomes the key Escape after this long without a further byte. */
  escapeWaitMs: 50,
  /** A begun sequence (`ESC [`, `ESC O`, a reply) is given up after this long without a further byte. */
  sequenceWaitMs: 500,
  /** Answers on how wide the terminal draws are waited for this long; later ones are swallowed. */
  probeWaitMs: 100,
  /** A control sequence longer than this is no longer recorded; it is still swallowed up to its final byte. */
  sequenceCharsMax: 64,
  /** A control sequence or a reply longer than this is taken for noise: the decoder reads keys again. */
  skippedCharsMax: 65_536,
  /**
   * A paste is kept up to this length and the rest of it swallowed. It is far above what the editor accepts, so the
   * editor's own refusal tells the user.
   */
  pasteCharsMax: 131_072,
  /**
   * Line ends that come in one read and are no longer typed: what is read is a paste that the terminal did not mark.
   * Fewer: lines that were typed ahead, each sent.
   */
  burstLineEnds: 5,
  /** So much at once is not typed either: with as many line ends in all its reads together it is a paste. */
  burstChars: 512,
  /** What comes after a shorter pause belongs to the same burst: a terminal hands out 4 kB at a time. */
  burstGapMs: 50,
  /** News from the network is painted at most this often. Strokes do not wait for it. */
  frameEveryMs: 34,
  /** News that never pauses, which nobody can read as it runs by, is painted this often in the end. */
  streamEveryMs: 90,
  /** A resize is acted on when the size has been quiet for this long. */
  resizeQuietMs: 16,
  /** Longer titles are cut. */
  titleCharsMax: 200,
  /** Longer notices to the desktop are cut. */
  noticeCharsMax: 120,
  /** The program screen passes on no longer strings than about 768 bytes. */
  screenPieceChars: 500,
  /** A terminal that takes no bytes is asked this often to take the restoring ones, then it is left as it is. */
  restoreTriesMax: 25,
  restoreWaitMs: 10,
  /** A process that still runs this long after it asked to be stopped is taken for continued. */
  stoppedWithinMs: 200,
  /** Wider and taller terminals are drawn only up to here; the rest stays empty. */
  columnsMax: 1_000,
  rowsMax: 500,
} as const
