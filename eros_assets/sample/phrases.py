"""Phrase banks of the sample captions: harmless everyday sentences, combined by ``captions.py``.

A sentence is a tuple of banks; one phrase of each is drawn and joined by a blank. The words that
tell the send types apart stand only in their own type's banks, and content keywords of
``config/content_types.yaml`` only in the content sentences, so that every text means what it says.
"""

from __future__ import annotations

Sentence = tuple[tuple[str, ...], ...]


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.strip().split("|"))


WHO = _phrases(
    "I spent the morning|I spent all afternoon|Today I was busy|Yesterday I ended up|"
    "My neighbour dared me to try|I woke up early and began|This week I started|I could not stop|"
    "My neighbour caught me|I finally got around to|Right now I am|I lost a bet and tried|"
    "You would laugh, I was|I am still tired from|All weekend I was|I got carried away|"
    "After lunch I went|I surprised myself by|Before sunrise I was|"
    "Nobody believed me when I said I was|I am thinking about|I have been dreaming of|"
    "Late last night I was|Between two trains I was|The whole street watched me|"
    "I cancelled dinner for|For once I enjoyed|I promised myself more|My agenda for today was|"
    "I felt so brave|I blushed a little while|I smiled the whole time, I was|I am getting better at|"
    "Guess who was|My favourite moment was"
)
DOING = _phrases(
    "painting the balcony|baking lemon cake|trying silk scarves|learning guitar chords|"
    "watering forty plants|dancing in the kitchen|sorting old postcards|choosing lipstick shades|"
    "fixing my red bicycle|folding linen shirts|stirring tomato soup|polishing silver rings|"
    "wrapping tiny presents|counting summer freckles|testing camera lenses|hanging paper lanterns|"
    "sewing velvet ribbons|picking wild berries|writing secret letters|reading poems aloud|"
    "practising handstands|mixing orange juice|chasing the ice cream van|building a pillow fort|"
    "curling my hair|planning a picnic|moving the piano|lighting vanilla candles|wearing odd socks|"
    "feeding the ducks|rearranging the attic|humming old tunes|tasting spicy noodles|"
    "collecting sea glass|carving pumpkins|knitting a giant scarf|playing chess alone|"
    "sketching my cat|printing polaroids|hunting for vinyl records|ironing a satin dress|"
    "packing three suitcases|roller skating badly|grilling peaches|naming clouds|peeling mangoes|"
    "making pancakes|tuning a ukulele|flying a kite|arranging tulips|brewing mint tea|stargazing|"
    "jumping in puddles|trying on huge hats|solving crosswords|cutting a fringe|planting basil|"
    "diving for shells|spinning on a bar stool|drawing maps of imaginary islands"
)
HOW = _phrases(
    "with jazz playing loudly|while it rained outside|in an oversized sweater|on the tiny terrace|"
    "before anyone noticed|under warm yellow light|and forgot the time|with flour on my nose|"
    "barefoot on cold tiles|next to an open window|as the sun went down|in a rented kitchen|"
    "with the door wide open|until the neighbours clapped|near the harbour|behind velvet curtains|"
    "with cherry gloss on|in complete silence|and laughed until midnight|between two phone calls|"
    "after a long bath|on the hotel roof|with messy hair|in borrowed pyjamas|"
    "and nearly missed the tram|with one earring missing|at the corner bakery|"
    "while the kettle whistled|in a room full of mirrors|like nobody was watching|"
    "under a striped umbrella|and burned the toast|in my favourite colour|wrapped in a blanket|"
    "with sand between my toes|at half past nine|on a squeaky ladder|with the radio broken|"
    "in front of the fireplace|while my phone was charging|and thought of you|with sticky fingers|"
    "in the back garden|along the river|inside an empty theatre|with thunder rolling|by candlelight|"
    "on the last warm evening"
)
PLACES = _phrases(
    "Lisbon|Oslo|Kyoto|Tulum|Naples|Bergen|Porto|Malmo|Seville|Dakar|Hobart|Quito|Ghent|Riga|Split|"
    "Leeds|Cusco|Perth|Nice|Turin|Boise|Austin|Tampa|Salem|Reno|Fargo"
)
MOODS = _phrases(
    "cheeky|dreamy|restless|giddy|cosy|bold|silly|curious|shy|golden|sleepy|wild|sweet|spoiled|"
    "hopeful|mellow|radiant|chatty|daring|nostalgic|stubborn|clumsy|lazy|bubbly"
)
BODY: Sentence = (WHO, DOING, tuple(f"{how}." for how in HOW))
PLACE: Sentence = (
    _phrases(
        "Somewhere in|Greetings from|My heart is still in|Next stop is|I left my umbrella in|I found a postcard from"
    ),
    PLACES,
    _phrases("and I feel|and my mood is|while I am"),
    tuple(f"{mood}." for mood in MOODS),
)
BODIES: tuple[Sentence, ...] = (BODY, BODY, PLACE)

NAMES = _phrases("babe|love|handsome|sweetheart|trouble|sunshine|darling|you|honey|dear|sugar|stranger")
HELLO: Sentence = (
    _phrases("Hey|Hi there|Good morning|Good evening|Psst|Hello|Knock knock|Hey hey|Oh hi|Well hello|Wake up|Listen"),
    tuple(f"{name}{end}" for name in NAMES for end in (",", "!", "...")),
    tuple(
        f"I feel {mood} {when}"
        for mood in MOODS
        for when in ("today.", "tonight.", "right now.", "again.", "this week.")
    ),
)
QUESTION: Sentence = (
    _phrases(
        "How was|Tell the truth, how was|What made you smile on|Who ruined|What saved|Describe in a word|"
        "Rank from one to ten|Did I miss"
    ),
    _phrases(
        "your day|your morning|your lunch break|your week|your commute|your weekend|your evening|"
        "your dinner|your nap|your birthday"
    ),
    _phrases(
        "so far?|really?|without me?|honestly?|today?|this time?|, handsome?|, babe?|in three words?|, be honest?"
    ),
)
SHORT_Q: Sentence = (
    _phrases(
        "Coffee|Tea|Beach|Mountains|Pizza|Sushi|Early bird|City|Sweet|Silk|Red|Blonde|Sunrise|Vinyl|Cats|"
        "Dancing|Hugs|Summer"
    ),
    _phrases("or"),
    _phrases(
        "lace?|winter?|dogs?|night owl?|tacos?|forest?|salty?|blue?|brunette?|radio?|sunset?|kisses?|"
        "cotton?|juice?|ramen?|singing?"
    ),
)
UNLOCK_HOOK: Sentence = (
    _phrases(
        "Wait,|Okay,|Stop scrolling,|Finally,|Guess what,|Breaking news,|Confession,|Surprise,|Listen,|"
        "Careful,|Ready?|Hurry,"
    ),
    _phrases(
        "this is the one you asked for,|my best work is here,|you are the first to see this,|"
        "I have never shown this before,|this one is exclusive,|I saved this only for you,|"
        "I almost kept this private,|this took me all week,|my photographer blushed,|"
        "you inspired this one,"
    ),
    tuple(f"{name}{end}" for name in NAMES for end in ("!", ".", "...")),
)
# A word stands between number and noun: "14 photos" alone would read as a bundle.
COUNT = tuple(f"{number} {word}" for number in range(4, 46) for word in ("fresh", "unseen", "sunny", "signature"))
ANCHOR: Sentence = (
    _phrases("You get|Inside you find|That is|I packed in|It comes with|Expect|Waiting inside:|All in all"),
    COUNT,
    _phrases("photos and|pictures and|polaroids and|stills and"),
    tuple(f"{minutes} minutes of {what}." for minutes in range(3, 28) for what in ("video", "film", "footage")),
)
LONG_VIDEO: Sentence = (
    _phrases(
        "Part|Chapter|Episode|Volume|Next episode,|The sequel, part|My series, chapter|Story time, episode|"
        "Watch in order, part|The finale is near, chapter|Full length, episode|To be continued, part"
    ),
    tuple(f"{number} of {total}," for total in (3, 4, 5, 6, 8) for number in range(1, total)),
    tuple(f"a full {minutes} minute video, the story goes on." for minutes in range(8, 46)),
)
WINNER: Sentence = (
    _phrases(
        "The winner of my last draw picked this,|Our contest result is in:|"
        "The prize everybody voted for,|Result of the big vote:|The winning idea came from a fan,|"
        "My lucky draw decided on this one,|A fan won the vote and this is the prize,|Lucky number seven chose this,|"
        "Jackpot of my little lottery,|Congratulations to the fan who named this,|Straight from the last winner,|"
        "My favourite prize so far,|One spin of the wheel brought this,|Last week's winner asked for it,"
    ),
    _phrases("and it is"),
    tuple(f"{mood} beyond words." for mood in MOODS),
)
SET_OF: Sentence = (
    _phrases(
        "A small collection:|Everything from one day:|The complete shoot:|My whole wardrobe:|"
        "The entire lot of Saturday:|All in one:|What is inside tonight:|Everything together this time:|"
        "No cuts, the whole set:|My spring collection:|Pics and clips in one:|From the archive, all together:"
    ),
    COUNT,
    tuple(f"pieces and {number} outtakes never posted." for number in range(2, 24)),
)
UNLOCK_CTA: Sentence = (
    _phrases("Unlock it|Open it|Unlock me|Go ahead and unlock|Take a look|Press play|Open this now"),
    _phrases("and tell me|and write me|then confess|and show me|and let me know"),
    _phrases(
        "your favourite second.|what you think.|which one you keep.|how fast you smiled.|"
        "if I should film more.|your honest rating out of ten, please.|who you thought of."
    ),
)
URGENCY: Sentence = (
    _phrases("Only|Just|No more than"),
    tuple(f"{number} spots" for number in range(5, 60, 5)),
    _phrases("at this price.|before it goes back up.|and then it leaves.|for the quick ones."),
)
BUNDLE: Sentence = (
    _phrases("My bundle is here:|New bundle alert:|The bundle you wanted:|One bundle, everything in it:|Bundle time:"),
    tuple(f"{videos} videos and" for videos in range(2, 13)),
    tuple(f"{photos} photos in one bundle." for photos in range(12, 90, 3)),
)
FLASH: Sentence = (
    _phrases("Limited bundle,|Limited time bundle,|Flash bundle, strictly limited,|Limited edition bundle,"),
    tuple(f"{hours} hours and then gone," for hours in (2, 3, 4, 6, 8, 10, 12, 24)),
    tuple(f"{videos} videos and {photos} photos." for videos in range(2, 8) for photos in range(10, 60, 4)),
)
THROWBACK: Sentence = (
    _phrases(
        "Throwback bundle from my old snaps,|Straight from the snap archive, a throwback bundle,|"
        "My throwback archive opens,|Old snaps, big throwback,"
    ),
    tuple(f"{number} memories" for number in range(12, 90, 3)),
    _phrases("from years ago.|from my first year.|from before you knew me.|nobody has seen since."),
)
GAME_WHEEL: Sentence = (
    _phrases("Spin the wheel with me,|Spin my wheel tonight,|The wheel is back, spin it,|One spin of the wheel,"),
    _phrases("every spin wins a prize,|no empty spin in this game,|play once and win,|each game has a winner,"),
    _phrases("are you feeling lucky?|who plays first?|the top prize is a private call.|let us play!"),
)
GAME_OTHER: Sentence = (
    _phrases(
        "Mystery box game:|Scratch card game:|Prize wheel game:|Card game night:|"
        "Mystery box time, play along:|Scratch card prize:"
    ),
    _phrases("pick one and win,|play and win a prize,|every box wins a prize,|every card wins,"),
    tuple(f"{number} prizes are waiting." for number in range(5, 60)),
)
FIRST_TIP: Sentence = (
    _phrases(
        "First to tip wins:|Whoever is first to tip gets it:|Race time, first to tip takes all:|"
        "First to tip, first served:"
    ),
    _phrases("the reward is|the lucky one gets|up for grabs:|the fastest fan gets"),
    _phrases(
        "a personal video.|a handwritten letter.|my signed polaroid.|a phone call with me.|"
        "a song sung for you.|a custom photo.|a good night message for a week."
    ),
)
TIP_GOAL: Sentence = (
    _phrases("Tip goal of the week:|Help me reach my tip goal:|Tip goal update:|We are close to the tip goal:"),
    tuple(f"only ${number} left," for number in range(40, 480, 15)),
    _phrases("then everyone who tips gets the clip.|and every tipper gets the reward.|the reward is for all who tip."),
)
VIP: Sentence = (
    _phrases("Become a VIP today:|My VIP list has room:|VIP doors are open:|VIP membership, once and forever:"),
    _phrases("the VIP tier is $200|VIP costs $200|for $200 you are VIP|tip $200 to join the VIP"),
    _phrases(
        "and you skip every line.|and your messages come first.|and you see it all before the rest.|"
        "and I remember your name."
    ),
)
LINK: Sentence = (
    _phrases(
        "Did you see my latest post?|The new post is up,|Missed the post?|The campaign is still running,|"
        "It is still live,|Only a tap away,|In case you blinked,|Back to the good part,|You asked where it is,|"
        "Still up for a while,|One more look?"
    ),
    _phrases("it is waiting here|tap the link|the link is right here|here is the link|follow the link"),
)
WALL_LINK: Sentence = (
    _phrases("More of this scene|The rest of the scene|What happens next|The full set from this day"),
    _phrases("is one tap away,|is on my page,|is in the post,"),
    _phrases("link here|the link is below|follow the link"),
)
FLYER: Sentence = (
    _phrases("Big news|Save the date|Look closer|New week, new look|Poster time|Eyes up here|Fresh print|Headline"),
    tuple(f"and I feel {mood}" for mood in MOODS),
    _phrases("today!|tonight!|all week!|for you!|already!"),
)
DM: Sentence = (
    _phrases(
        "Message me|DM me|Write me|Send me a message|Reply to me|Text me back|Be brave, write me|"
        "I am bored, message me|My inbox is open, DM me|Quick, reply to me"
    ),
    _phrases("with|and tell me|right now with|and whisper"),
    _phrases(
        "your favourite song.|one secret.|a single emoji.|your lucky number.|the best dessert.|"
        "your dream city.|a bad joke.|your weekend plan.|the colour I should wear.|your nickname.|"
        "the last film you loved.|your coffee order."
    ),
)
LIKE: Sentence = (
    _phrases(
        "Like my post|Leave a like on my newest post|Hit like on my posts|"
        "Tap the heart and like this post|Leave a like on the pinned post"
    ),
    _phrases("if you|when you|because you"),
    _phrases(
        "smiled today.|want more.|love weekends.|missed me.|enjoy rainy days.|like short emails.|"
        "would dance with me.|need a hug."
    ),
)
LIVE: Sentence = (
    _phrases("Going live|I am going live|Live stream|My next live stream starts"),
    _phrases("tonight at|today at|this evening at|on Friday at|on Sunday at"),
    tuple(f"{hour} {half}," for hour in range(5, 12) for half in ("sharp", "o'clock", "on the dot")),
    _phrases("bring questions.|bring snacks.|we play music.|say hello in the chat.|I pick a song for you."),
)
RENEW: Sentence = (
    _phrases("Turn auto-renew on|Switch your renew on|Keep your renew on|Renew today|Turn renew on before it ends"),
    _phrases("and get|and I send you|to unlock|and you receive|for"),
    _phrases(
        "a free gallery.|a thank you clip.|a surprise in your inbox.|my weekly diary.|a voice hello.|"
        "early access to everything.|the renewal gift of the month.|a discount next month."
    ),
)
WINBACK: Sentence = (
    _phrases(
        "Your subscription expired|Since your subscription expired|You left and it expired|It expired and I noticed|"
        "Long time no see, your subscription expired|I looked for you, it expired|Your place is empty since it expired|"
        "A pity that it expired"
    ),
    _phrases("and I miss you,|and it is quiet here,|but the door is open,|and so much happened,"),
    _phrases(
        "come back tonight.|come back for half the price.|come back and see what is new.|"
        "please come back.|come back, I saved your seat."
    ),
)
FOLLOW_SOLO: Sentence = (
    _phrases(
        "Did you peek already|Too shy to open it|Still thinking about it|Were you busy|"
        "Can you guess what you missed|Did my last message make you blush|Did it get lost in your inbox|"
        "Shall I read it to you|One look and then tell me|Not curious at all|Should I be worried|Asleep already"
    ),
    tuple(f", {name}?" for name in NAMES),
)
FOLLOW_BUNDLE: Sentence = (
    _phrases(
        "Everything from my last message is still there,|A quick reminder of what is inside:|"
        "The price stays as it is for tonight,|Do not forget the pieces inside,|Nothing is missing from the lot,|"
        "I counted again:|Just so you know what is inside,|Still unopened, still complete:|Before I take it down,|"
        "One tap and all of it is yours,"
    ),
    tuple(f"{photos} photos and {videos} videos." for photos in range(10, 70, 4) for videos in range(2, 9)),
)
FOLLOW_WINNER: Sentence = (
    _phrases(
        "Congratulations to our winner,|Well played everybody,|The prize is claimed and congratulations,|"
        "Cheers to the lucky winner,|Lucky ones look twice,|What a prize that was,|The early birds were quick,|"
        "You were so close, congratulations anyway,|Another spin for you,|No winner went home sad,"
    ),
    _phrases(
        "yours is still waiting above.|there is one more inside for you.|you can still catch it.|"
        "take yours before midnight."
    ),
    tuple(f"I am {mood} about it." for mood in MOODS),
)
FOLLOW_SERIES: Sentence = (
    _phrases(
        "The next part is even better,|Part two comes soon,|The story continues,|"
        "You need this part before the next,|The finale is close,|It is a series for a reason,|"
        "To be continued without you,|The last episode was a hint,|Nobody skips this part,|Next chapter is filmed,"
    ),
    _phrases(
        "start with the one above.|so watch the first one now.|do not fall behind.|catch up tonight.|I promise a twist."
    ),
)
CLOSE: Sentence = (
    _phrases(
        "What do you say|Are you in|Do you like it|Shall we|Would you join me|"
        "Can you keep a secret|Should I continue|Promise"
    ),
    tuple(f", {name}{end}" for name in NAMES for end in ("?", "!")),
)
CONTENT_FRAMES = _phrases(
    "New on my camera:|Theme of the day:|What you get:|On the menu:|I finally finished this one:|"
    "Fan favourite:|Fresh from this week:|My latest project:|You voted for it:"
)
CONTENT_ENDS = _phrases(
    "from start to finish.|in the golden hour.|uncut.|with a wink at the end.|in full quality.|"
    "as you have never seen it.|made with love.|in slow motion.|with extra giggles."
)

# Lead sentences by (caption type, variant); the variant is the parent style of a PPV or followup, or
# the send type that a shared pool serves (flash_bundle, snapchat_bundle, tip_goal, wall_link_drop).
LEADS: dict[tuple[str, str], tuple[Sentence, ...]] = {
    ("ppv_unlock", "solo"): (UNLOCK_HOOK,),
    ("ppv_unlock", "bundle"): (SET_OF,),
    ("ppv_unlock", "winner"): (WINNER,),
    ("ppv_unlock", "series"): (LONG_VIDEO,),
    ("bundle", "bundle"): (BUNDLE,),
    ("bundle", "flash_bundle"): (FLASH,),
    ("bundle", "snapchat_bundle"): (THROWBACK,),
    ("game_post", "wheel"): (GAME_WHEEL,),
    ("game_post", "other"): (GAME_OTHER,),
    ("first_to_tip", "first_to_tip"): (FIRST_TIP,),
    ("first_to_tip", "tip_goal"): (TIP_GOAL,),
    ("vip_program", "vip_program"): (VIP,),
    ("link_drop", "link_drop"): (LINK,),
    ("link_drop", "wall_link_drop"): (WALL_LINK,),
    ("bump_normal", "bump_normal"): (HELLO, QUESTION, SHORT_Q),
    ("bump_descriptive", "bump_descriptive"): (BODY, PLACE),
    ("bump_text_only", "bump_text_only"): (QUESTION, SHORT_Q),
    ("bump_flyer", "bump_flyer"): (FLYER,),
    ("dm_farm", "dm_farm"): (DM,),
    ("like_farm", "like_farm"): (LIKE,),
    ("live_promo", "live_promo"): (LIVE,),
    ("renew_on_message", "renew_on_message"): (RENEW,),
    ("expired_winback", "expired_winback"): (WINBACK,),
    ("ppv_followup", "solo"): (FOLLOW_SOLO,),
    ("ppv_followup", "bundle"): (FOLLOW_BUNDLE,),
    ("ppv_followup", "winner"): (FOLLOW_WINNER,),
    ("ppv_followup", "series"): (FOLLOW_SERIES,),
}
VARIANT_SHARES = {
    "ppv_unlock": {"solo": 0.48, "bundle": 0.16, "winner": 0.12, "series": 0.24},
    "bundle": {"bundle": 0.42, "flash_bundle": 0.34, "snapchat_bundle": 0.24},
    "game_post": {"wheel": 0.5, "other": 0.5},
    "first_to_tip": {"first_to_tip": 0.55, "tip_goal": 0.45},
    "link_drop": {"link_drop": 0.6, "wall_link_drop": 0.4},
    "ppv_followup": {"solo": 0.3, "bundle": 0.25, "winner": 0.2, "series": 0.25},
}
# Second and last sentences of priced texts: what makes a message sell.
PRICED_EXTRAS: tuple[Sentence, ...] = (ANCHOR, URGENCY)
EMOJI = (
    "😘",
    "💕",
    "✨",
    "🔥",
    "😏",
    "🙈",
    "💋",
    "🎁",
    "👀",
    "🎉",
    "💌",
    "😍",
    "🌙",
    "🍓",
    "🥰",
    "💫",
    "🎬",
    "📸",
    "🌸",
    "🍒",
)
