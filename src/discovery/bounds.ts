/** Every number of discovery in one table: each bound has a name, a unit and an answer at the bound. */

export const bounds = {
  /** What we send. A longer packet: the name is shortened until it fits. */
  sentBytesMax: 512,
  /** What we read. Longer: dropped unread. */
  heardBytesMax: 1024,
  /**
   * A probe; shorter: filled up with spaces, so that nobody who sends one in another’s name has him sent much more
   * than he spends. Not longer than that, because unanswered ARP charges each one to the socket.
   */
  probeBytesMin: 128,
  /** A server's name. Longer: cut. */
  nameBytesMax: 48,
  nameCellsMax: 32,
  nonceLengthMax: 16,
  secretLengthMax: 48,
  flagsMax: 8,
  /** Ids a probe names as known already, by their first characters. More: the rest answers once more. */
  haveMax: 40,
  havePrefixLength: 6,
  /** How long a beacon may ask to be believed. Outside: moved to the nearer end. */
  ttlSecondsMin: 3,
  ttlSecondsMax: 200,

  /** Packets that come to a server's port within `crushMs`. More: the port is closed for a moment (`schedule.reliefMs`). */
  crushPackets: 256,
  crushMs: 25,

  /** Packets heard from one source: this many at once, then so many a second. More: ignored and counted. */
  sourceBurst: 64,
  sourcePerSecond: 20,
  /** Beside those, packets from the port that a listed server speaks from. More: as above. */
  mouthBurst: 8,
  mouthPerSecond: 2,
  /** Sources remembered at once. More: strangers are ignored until a remembered one has been quiet. */
  sourcesMax: 256,
  /** Answers to our own nonces, which pass the two bounds above. More: ignored. */
  answersBurst: 1_200,
  answersPerSecond: 1_000,

  /** Rows in all. More: ignored and counted. */
  rowsMax: 256,
  /** Rows one source address may hold. More: ignored and counted. */
  rowsPerHostMax: 32,
  /** Beside those, rows of hosts that were visited before, in all and for each. More: as strangers. */
  rowsOfKnownMax: 64,
  rowsPerKnownHostMax: 4,
  /** Rows listed on their word alone. Above: only those whose address has echoed a nonce sent to it. */
  rowsUnprovenMax: 64,
  /** Addresses of one row. More: the worst is left out. */
  addressesPerRowMax: 8,
  /** Boots of one row that speak at the same time. More: the one that was silent longest is forgotten. */
  livesPerRowMax: 3,
  /** Servers that said farewell and are not listed again by a delayed beacon. More: the oldest is forgotten. */
  farewellsMax: 64,
  farewellKeptMs: 60_000,
  /** A claim that differs from what a server said is believed after so long without an answer of that server. */
  claimBelievedMs: 5_000,
  /** Packets that are turned around on the way come within this. Later: as such a claim. */
  reorderedMs: 1_000,
  /** Addresses waiting to echo a nonce, of those who answered and of those who did not. More: asked at their next word. */
  provingMax: 64,
  provingAgainMs: 2_000,
  provenMax: 512,
  /** Our own nonces that may still be answered. More: the oldest is forgotten. */
  noncesMax: 256,
  nonceMs: 5_000,
  /** Addresses told as “a newer server is here”. More: not told. */
  newerToldMax: 8,

  /** Answers of a server. More probes: not answered. */
  repliesPerSourcePerSecond: 5,
  repliesPerSecond: 100,
  /** An answer is at most so many times as long as the probe. Longer: none is sent. */
  replyTimesMax: 4,
  /** Other servers a server counts, in all and from one address. More: not counted. */
  heardServersMax: 1_024,
  heardServersPerHostMax: 8,

  /** Addresses asked by one sweep. More: the rest is not asked. */
  sweepAddressesMax: 4_096,
} as const
