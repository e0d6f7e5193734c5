/** Names of emoji as people type them, `:thumbsup:`, for completion. Made a table on first need. */

// One text, so that starting costs nothing: it is taken apart when somebody first presses Tab behind a colon.
const signs = `
smile 😄 grin 😁 joy 😂 rofl 🤣 laughing 😆 sweat_smile 😅 slight_smile 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇
heart_eyes 😍 star_eyes 🤩 kiss 😘 yum 😋 tongue 😛 zany 🤪 money_mouth 🤑 hug 🤗 thinking 🤔 zipper_mouth 🤐 eyebrow 🤨
neutral 😐 expressionless 😑 smirk 😏 unamused 😒 eye_roll 🙄 grimace 😬 lying 🤥 relieved 😌 pensive 😔 sleepy 😪
drooling 🤤 sleeping 😴 mask 😷 thermometer 🤒 sick 🤢 vomit 🤮 sneeze 🤧 hot 🥵 cold 🥶 dizzy_face 😵 mind_blown 🤯
cowboy 🤠 party_face 🥳 sunglasses 😎 nerd 🤓 monocle 🧐 confused 😕 worried 😟 frown 🙁 open_mouth 😮 astonished 😲
flushed 😳 pleading 🥺 fearful 😨 cry 😢 sob 😭 scream 😱 disappointed 😞 weary 😩 yawn 🥱 triumph 😤 rage 😡 angry 😠
devil 😈 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖 cat_joy 😹 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
wave 👋 raised_hand ✋ vulcan 🖖 ok_hand 👌 pinch 🤏 crossed_fingers 🤞 metal 🤘 call_me 🤙 point_left 👈 point_right 👉
point_up 👆 point_down 👇 thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 fist ✊ punch 👊 clap 👏 raised_hands 🙌 open_hands 👐
handshake 🤝 pray 🙏 muscle 💪 ear 👂 eyes 👀 brain 🧠 tooth 🦷 baby 👶 shrug 🤷 facepalm 🤦 bow 🙇 dancer 💃 runner 🏃
heart 💗 purple_heart 💜 broken_heart 💔 sparkling_heart 💖 two_hearts 💕 blue_heart 💙 green_heart 💚 yellow_heart 💛
black_heart 🖤 hundred 💯 anger 💢 boom 💥 dizzy 💫 sweat_drops 💦 dash 💨 zzz 💤 speech 💬 thought 💭
dog 🐶 cat 🐱 mouse 🐭 hamster 🐹 rabbit 🐰 fox 🦊 bear 🐻 panda 🐼 koala 🐨 tiger 🐯 lion 🦁 cow 🐮 pig 🐷 frog 🐸
monkey 🐵 chicken 🐔 penguin 🐧 bird 🐦 duck 🦆 owl 🦉 wolf 🐺 horse 🐴 unicorn 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌
turtle 🐢 snake 🐍 octopus 🐙 crab 🦀 fish 🐟 whale 🐳 dolphin 🐬 elephant 🐘 dragon 🐉 sloth 🦥 hedgehog 🦔
flower 🌸 rose 🌹 sunflower 🌻 tree 🌳 cactus 🌵 clover 🍀 maple_leaf 🍁 mushroom 🍄 earth 🌍 moon 🌙 sun 🌞 star ⭐
glowing_star 🌟 sparkles ✨ zap ⚡ fire 🔥 rainbow 🌈 snowman ⛄ umbrella ☔ ocean 🌊 droplet 💧
apple 🍎 banana 🍌 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 pineapple 🍍 avocado 🥑 tomato 🍅 carrot 🥕
corn 🌽 bread 🍞 cheese 🧀 egg 🥚 bacon 🥓 hamburger 🍔 fries 🍟 pizza 🍕 hotdog 🌭 taco 🌮 sushi 🍣 ramen 🍜 icecream 🍦
doughnut 🍩 cookie 🍪 birthday 🎂 cake 🍰 chocolate 🍫 popcorn 🍿 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine 🍷 cocktail 🍹
champagne 🍾 cheers 🥂
soccer ⚽ basketball 🏀 tennis 🎾 bike 🚲 trophy 🏆 medal 🏅 dart 🎯 game 🎮 dice 🎲 puzzle 🧩 art 🎨 guitar 🎸 music 🎵
headphones 🎧 microphone 🎤 movie 🎬 tada 🎉 balloon 🎈 gift 🎁 christmas_tree 🎄 jack_o_lantern 🎃
car 🚗 bus 🚌 train 🚆 rocket 🚀 airplane 🛫 ship 🚢 ambulance 🚑 construction 🚧 house 🏠 office 🏢 hospital 🏥 tent ⛺
watch ⌚ phone 📱 laptop 💻 battery 🔋 plug 🔌 bulb 💡 camera 📷 tv 📺 hourglass ⌛ alarm ⏰ money 💰 credit_card 💳 gem 💎
wrench 🔧 hammer 🔨 magnet 🧲 bomb 💣 knife 🔪 pill 💊 key 🔑 lock 🔒 unlock 🔓 door 🚪 bed 🛌 toilet 🚽 broom 🧹 soap 🧼
package 📦 email 📧 mailbox 📫 memo 📝 book 📖 books 📚 bookmark 🔖 link 🔗 pushpin 📌 paperclip 📎 calendar 📅
chart 📈 chart_down 📉 clipboard 📋 folder 📁 mag 🔍 bell 🔔 mute 🔇 loudspeaker 📢 megaphone 📣
check ✅ x ❌ question ❓ exclamation ❗ no_entry ⛔ prohibited 🚫 stop 🛑 repeat 🔄 ok 🆗 new 🆕 free 🆓 sos 🆘 cool 🆒
red_circle 🔴 green_circle 🟢 yellow_circle 🟡 blue_circle 🔵 checkered_flag 🏁 parrot 🦜 crystal_ball 🔮
`

let table: readonly { readonly name: string; readonly sign: string }[] | undefined

function made() {
  const words = signs.trim().split(/\s+/)
  return words.flatMap((name, index) => (index % 2 === 0 ? [{ name, sign: words[index + 1] ?? '' }] : []))
}

/** Emoji whose name begins with `begun` (`:thu`, `:thumbsup:`), then those that have it elsewhere. */
export function emojiLike(begun: string): readonly { readonly name: string; readonly sign: string }[] {
  const wanted = begun.replace(/^:|:$/g, '').toLowerCase()
  if (wanted === '') return []
  table ??= made()
  const exact = table.filter(one => one.name === wanted)
  if (begun.endsWith(':')) return exact
  const first = table.filter(one => one.name.startsWith(wanted) && one.name !== wanted)
  return [
    ...exact,
    ...first,
    ...table.filter(one => one.name.includes(wanted, 1) && !one.name.startsWith(wanted)),
  ]
}
