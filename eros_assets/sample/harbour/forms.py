"""The harbour agency's texts before their words are chosen.

A form is a text with ``{slots}``; a slot is filled from the bank of its name in the form's language. Words that
tell send types apart (``config/classification.yaml``) stand only in their own kind's forms.
"""

from __future__ import annotations

from eros_assets.sample.harbour.config import Language
from eros_assets.sample.harbour.phrases import split

Forms = tuple[str, ...]

# Forms by caption type and variant. {Scene} begins a sentence, {scene} stands inside one.
FORMS: dict[tuple[str, str], dict[Language, Forms]] = {
    ("ppv_unlock", "solo"): {
        "en": split(
            "{Scene}. {special} {call}|{minutes} minutes: {scene}. {call}|You asked twice for this: {scene}. {call}|"
            "Kept off the wall: {scene}. {special}|{Scene}.\\n{minutes} minutes.\\n{call}|Locked on purpose: "
            "{scene}. {call}|{call} {Scene}, {minutes} minutes, one take.|Question first: {pair}? Answer inside, "
            "with {scene}.|I nearly kept this: {scene}. {special} {call}|New: {scene}. {special}"
        ),
        "es": split(
            "{Scene}. {special} {call}|{minutes} minutos: {scene}. {call}|Lo pediste dos veces: {scene}. {call}|"
            "{Scene}.\\n{minutes} minutos.\\n{call}|Casi me lo guardo: {scene}. {special}"
        ),
        "de": split(
            "{Scene}. {special} {call}|{minutes} Minuten: {scene}. {call}|Du hast zweimal gefragt: {scene}. {call}|"
            "{Scene}.\\n{minutes} Minuten.\\n{call}|Fast hätte ich es behalten: {scene}. {special}"
        ),
    },
    ("ppv_unlock", "bundle"): {
        "en": split(
            "{count} pics + {clips} clips: {scene}. {call}|{Scene}:\\n- {count} pics\\n- {clips} clips\\n{call}|"
            "Everything from one afternoon: {scene}. {count} pics and {clips} clips. {special}"
        ),
        "es": split(
            "{count} fotos + {clips} clips: {scene}. {call}|{Scene}:\\n- {count} fotos\\n- {clips} clips\\n{call}"
        ),
        "de": split(
            "{count} Fotos + {clips} Clips: {scene}. {call}|{Scene}:\\n- {count} Fotos\\n- {clips} Clips\\n{call}"
        ),
    },
    ("ppv_unlock", "series"): {
        "en": split(
            "Part {part}: {scene}. {call}|Episode {part}. {Scene}, {minutes} minutes. {special}|Chapter {part}, "
            "{scene}. It begins where we stopped. {call}"
        ),
        "es": split("Episodio {part}: {scene}. {call}|Parte {part}. {Scene}, {minutes} min. {special}"),
        "de": split("Episode {part}: {scene}. {call}|Teil {part}, {minutes} min: {scene}. {special}"),
    },
    ("ppv_unlock", "winner"): {
        "en": split("Lucky shot: {scene}. {call}|By lucky accident: {scene}. {special} {call}"),
        "es": split("Lucky shot: {scene}. {special} {call}"),
        "de": split("Lucky Shot: {scene}. {special} {call}"),
    },
    ("ppv_unlock", "long"): {  # the few long ones: lists
        "en": split(
            "What is inside:\\n1) {scene}, {minutes} minutes\\n2) the {seconds} seconds before it, when nobody was "
            "ready\\n3) {count} stills, not one of them retouched\\n4) me, explaining {thing}\\nI cut nothing and I "
            "would not show it twice. {special} {call}|{Scene}. It took {minutes} minutes to film and a week to "
            "decide. Here is the deal: you get all of it, start to finish, with {thing} in the corner of the picture "
            "and the radio on. {special} If you only open one message this month, I would choose this one. {call}|"
            "Three reasons.\\n1) {scene}, all {minutes} minutes of it\\n2) {weather.lower} outside, {drink} inside, "
            "so nobody was in a hurry\\n3) {thing} plays a part, and no, I will not say which\\nOne reason against: "
            "you may want to see it twice, and then be late for whatever you had planned. {call}|A short history of "
            "{scene}: I had the idea in {city}, lost it on the way home, found it again next to {thing}, and filmed "
            "it in {minutes} minutes with {drink} within reach. {special} What you see is what happened, with the "
            "mistakes, in the right order, and with the sound on. {call}|{call} Before you decide, the facts. "
            "Length: {minutes} minutes. Mood: {mood}, later {mood}. Subject: {scene}. Props: {thing}. Weather: "
            "{weather.lower}. Retakes: none. Regrets: none so far. {special} I put the best minute somewhere in the "
            "middle, where people who skip will not find it."
        ),
        "es": split(
            "Lo que hay dentro:\\n1) {scene}, {minutes} minutos\\n2) los segundos de antes, cuando nadie estaba "
            "listo\\n3) {count} fotos sin retocar\\n4) yo, explicando lo de {thing}\\nNo corté nada y no lo enseño "
            "dos veces. {special} {call}"
        ),
        "de": split(
            "Was drin ist:\\n1) {scene}, {minutes} Minuten\\n2) die Sekunden davor, als niemand bereit war\\n3) "
            "{count} Bilder, keins retuschiert\\n4) ich, und dazu {thing}\\nNichts geschnitten, nichts zweimal "
            "gezeigt. {special} {call}"
        ),
    },
    ("bump_normal", "scene"): {
        "en": split(
            "{Scene}. {soft_end}|{Scene}. {ask}|Today: {scene}. {soft_end}|Proof of life: {scene}.|{Scene}, and "
            "{drink}. {ask}|Still thinking about {scene}. {soft_end}|{pair}? Asking because of {scene}."
        ),
        "es": split(
            "{Scene}. {soft_end}|{Scene}. {ask}|Hoy: {scene}. {soft_end}|Prueba de vida: {scene}.|{Scene} y {drink}. "
            "{ask}"
        ),
        "de": split(
            "{Scene}. {soft_end}|{Scene}. {ask}|Heute: {scene}. {soft_end}|Lebenszeichen: {scene}.|{Scene}, dazu "
            "{drink}. {ask}"
        ),
    },
    ("bump_normal", "any"): {
        "en": split(
            "Honest poll: {pair}?|{weather} outside, {drink} inside. {ask}|On my table: {thing}, {thing}. {ask}|"
            "Mood:\\n- {mood}\\n- {mood}\\n- {mood}|Unpopular opinion: {opinion}. {ask}|I am {mood} and {mood}. "
            "{ask}|{city} smells of {smell} {when}. {soft_end}|Found {thing}. {soft_end}|{pair}? {pair}? You have "
            "{seconds} seconds.|Two truths, one lie:\\n1. I own {thing}\\n2. {opinion}\\n3. I am {mood}|{drink}, "
            "{thing}, and you. In that order."
        ),
        "es": split(
            "Encuesta: ¿{pair}?|{weather} fuera, {drink} dentro. {ask}|En mi mesa: {thing} y {thing}. {ask}|Hoy "
            "estoy:\\n- {mood}\\n- {mood}\\n- {mood}|{city} huele a {smell}. {soft_end}|Encontré {thing}. {soft_end}"
        ),
        "de": split(
            "Umfrage: {pair}?|{weather} draußen, {drink} drinnen. {ask}|Auf meinem Tisch: {thing}, {thing}. {ask}|"
            "Stimmung:\\n- {mood}\\n- {mood}\\n- {mood}|{city} riecht nach {smell}. {soft_end}|Gefunden: {thing}. "
            "{soft_end}"
        ),
    },
    ("bump_descriptive", "scene"): {
        "en": split(
            "{Scene}. First there was only {drink}, then {thing} fell off the table, and for a moment I was {mood}. "
            "{soft_end}|How it went: {scene}, {weather.lower} all the way, me {mood}, and somewhere in between "
            "{thing} that I still carry around. {ask}|{weather}. I had {thing} in my bag and nowhere to be. Then: "
            "{scene}. I stayed until the {drink} was gone. {soft_end}|Notes from today:\\n- {scene}\\n- {thing}, "
            "which I did not need\\n- {drink}, which I did\\n- still {mood}, {opinion}\\n{ask}"
        ),
        "es": split(
            "{Scene}. Primero solo había {drink}, luego cayó al suelo {thing}, y por un momento me sentí {mood}. "
            "{soft_end}|Notas de hoy:\\n- {scene}\\n- {thing}, que no necesitaba\\n- {drink}, que sí\\n- todavía "
            "{mood}\\n{ask}"
        ),
        "de": split(
            "{Scene}. Erst war da nur {drink}, dann fiel etwas um, wohl {thing}, und einen Moment lang war ich "
            "{mood}. {soft_end}|Notizen von heute:\\n- {scene}\\n- {thing}, unnötig\\n- {drink}, nötig\\n- immer "
            "noch {mood}, mehr nicht\\n{ask}"
        ),
    },
    ("bump_text_only", "any"): {
        "en": split(
            "No photo today, only a question: {pair}?|Words only. I am {mood}, and {opinion}. {ask}|I typed this "
            "three times. First I was {mood}, then {mood}. {ask}|Nothing to see here, only a thought: {opinion}."
        ),
        "es": split("Hoy sin foto, solo una pregunta: ¿{pair}?|Solo palabras. Estoy {mood} y {mood}. {ask}"),
        "de": split("Heute kein Bild, nur eine Frage: {pair}?|Nur Worte. Ich bin {mood} und {mood}. {ask}"),
    },
    ("bump_flyer", "any"): {
        "en": split(
            "NEW ON THE PAGE\\n{scene}|This month on one poster: {scene}, {scene}.|Poster up: {scene}!|Look up. "
            "{Scene}."
        ),
        "es": split("NUEVO EN LA PÁGINA\\n{scene}"),
        "de": split("NEU AUF DER SEITE\\n{scene}"),
    },
    ("dm_farm", "any"): {
        "en": split(
            "Message me one word: {pair}?|Reply with a number from 1 to {count}. I'll explain later.|Text me your "
            "{mood_word} face.|DM me: {pair}? I read every answer.|Tell me one thing about {thing}.|Write me, I am "
            "{mood} and have {drink}.|Reply {pair}, nothing else. {soft_end}|Send me a message with only emoji. I'll "
            "guess."
        ),
        "es": split(
            "Message me: ¿{pair}?|DM me un número del 1 al {count}. Luego te explico.|Reply con una palabra: ¿{pair}?"
        ),
        "de": split(
            "Message me: {pair}?|DM me eine Zahl von 1 bis {count}. Erkläre ich später.|Reply mit einem Wort: {pair}?"
        ),
    },
    ("first_to_tip", "first_to_tip"): {
        "en": split(
            "First to tip gets {reward}.|First to tip wins {reward}. One person, that's it.|First tip wins.\\nWhat: "
            "{reward}\\nWho: the fastest|Quick hands? First to tip takes {reward}.|Whoever is first to tip: "
            "{reward}. No second place."
        ),
        "es": split(
            "La primera propina gana: {reward}. First to tip!|First to tip se lleva {reward}.|¿Manos rápidas? First "
            "to tip: {reward}. Solo una persona.|First to tip.\\nPremio: {reward}"
        ),
        "de": split(
            "First to tip bekommt {reward}.|Wer zuerst tippt, gewinnt: {reward}. First to tip!|Schnelle Finger? "
            "First to tip: {reward}.|First to tip, nur eine Person: {reward}."
        ),
    },
    ("first_to_tip", "tip_goal"): {
        "en": split(
            "Tip goal: {reward} for everyone who helps. {progress}|Help me reach the goal, then {reward} for all of "
            "you. {progress}|Tip goal open.\\n1) you tip\\n2) we reach it\\n3) {reward} for each of you"
        ),
        "es": split("Tip goal abierto: {reward} para todos los que ayuden. {progress}"),
        "de": split("Tip goal offen: {reward} für alle, die mithelfen. {progress}"),
    },
    ("game_post", "wheel"): {
        "en": split(
            "Spin the wheel. {slices} slices, one of them is {reward}.|One spin, one prize: maybe {reward}.|Wheel "
            "rules:\\n1) pay\\n2) I spin on camera\\n3) you get what it shows, {reward} at best"
        ),
        "es": split("Gira la ruleta (spin!): {slices} casillas, una es {reward}."),
        "de": split("Spin! Das Rad hat {slices} Felder, eins davon: {reward}."),
    },
    ("game_post", "box"): {
        "en": split(
            "Mystery box no. {count}. Best case: {reward}.|{slices} mystery box lids, you lift one. One hides {reward}."
        ),
        "es": split("Mystery box no. {count}. Con suerte: {reward}."),
        "de": split("Mystery Box Nr. {count}. Im besten Fall: {reward}."),
    },
    ("game_post", "card"): {
        "en": split(
            "Pick a card, any of {slices}. One is {reward}.|Scratch one of {slices} fields. Under one of them: "
            "{reward}.|Card game: you name a card, I turn it. Yours may be {reward}."
        ),
        "es": split("Pick a card: {slices} cartas, una es {reward}."),
        "de": split("Pick a card: {slices} Karten, eine ist {reward}."),
    },
    ("vip_program", "any"): {
        "en": split(
            "VIP list: $200, once.\\n- {perk}\\n- {perk}\\n- {perk}|There is room on my VIP list. $200 and you get: "
            "{perk}, {perk}. VIP stays VIP.|What a VIP gets for $200: {perk}, {perk}, and {perk}. Nothing monthly."
        ),
        "es": split("Lista VIP: $200, una vez.\\n- {perk}\\n- {perk}"),
        "de": split("VIP-Liste: $200, einmalig.\\n- {perk}\\n- {perk}"),
    },
    ("link_drop", "link_drop"): {
        "en": split(
            "Still running. Tap the link: {url}|You scrolled past it: {url}|Latest post, one tap: {url} {ask}|"
            "Reminder without drama. Link below.\\n{url}|It is up, it is good: {url}"
        ),
        "es": split("Sigue en marcha. Tap the link: {url}|Se te pasó: {url}"),
        "de": split("Läuft noch. Tap the link: {url}|Dran vorbeigescrollt: {url}"),
    },
    ("link_drop", "wall_link_drop"): {
        "en": split(
            "The rest of this is one post down. {url}|Same day, same light, more of it: {url}|Continues here: {url} "
            "{soft_end}"
        ),
        "es": split("Sigue aquí: {url}|El mismo día, la misma luz: {url}"),
        "de": split("Geht hier weiter: {url}|Gleicher Tag, gleiches Licht: {url}"),
    },
    ("live_promo", "any"): {
        "en": split(
            "Going live soon. Bring {drink} and one question: {pair}?|Live stream ahead. I bring {thing}, you bring "
            "questions.|Going live. Topics: {thing}, {thing}, you."
        ),
        "es": split("Live stream pronto. Trae {drink} y una pregunta."),
        "de": split("Live stream, bald. Bring {drink} und eine Frage mit."),
    },
    ("renew_on_message", "any"): {
        "en": split(
            "Your auto-renew is off. Turn it on and I send you {gift}.|Renew on = {gift}. Two taps, promised.|Small "
            "favour: switch auto-renew on. You keep your place, and you get {gift}.|Three reasons to turn renew "
            "on:\\n1) {gift}\\n2) nothing to remember\\n3) I notice|Renew on this week? Then {gift} is yours.|I "
            "film, you stay: renew on, and {gift} is on its way."
        ),
        "es": split("Tu auto-renew está apagado. Renew on y te mando {gift}.|Renew on = {gift}. Dos toques."),
        "de": split("Dein auto-renew ist aus. Renew on, und du bekommst {gift}.|Renew on = {gift}. Zweimal tippen."),
    },
    ("ppv_followup", "solo"): {
        "en": split("{peek} {back}|{back} {peek}|{peek} {nudge}|{nudge} {back}"),
        "es": split("{peek} {back}|{peek} {nudge}"),
        "de": split("{peek} {back}|{peek} {nudge}"),
    },
    ("ppv_followup", "bundle"): {
        "en": split("{inside} {back}|{inside} {nudge}|{nudge} {inside}"),
        "es": split("{inside} {back}|{inside} {nudge}"),
        "de": split("{inside} {back}|{inside} {nudge}"),
    },
    ("ppv_followup", "winner"): {
        "en": split("{cheer} {nudge}|{cheer} {back}"),
        "es": split("{cheer} {nudge}|{cheer} {back}"),
        "de": split("{cheer} {nudge}|{cheer} {back}"),
    },
    ("ppv_followup", "series"): {
        "en": split("{next} {nudge}|{next} {back}|{peek} {next}"),
        "es": split("{next} {nudge}|{next} {back}"),
        "de": split("{next} {nudge}|{next} {back}"),
    },
}
VARIANT_SHARES: dict[str, dict[str, float]] = {
    "ppv_unlock": {"solo": 0.60, "bundle": 0.13, "series": 0.15, "winner": 0.06, "long": 0.06},
    "bump_normal": {"scene": 0.5, "any": 0.5},
    "bump_descriptive": {"scene": 1.0},
    "first_to_tip": {"first_to_tip": 0.7, "tip_goal": 0.3},
    "game_post": {"wheel": 0.4, "box": 0.3, "card": 0.3},
    "link_drop": {"link_drop": 0.6, "wall_link_drop": 0.4},
    "ppv_followup": {"solo": 0.5, "bundle": 0.2, "winner": 0.1, "series": 0.2},
}
# Bundles and win-back texts are few and written by hand. A bundle's text names its price, which is the caption's.
BUNDLES: tuple[tuple[str, str], ...] = (
    ("bundle", "The summer box: {clips} clips, {count} pics, worth ${worth}. Today ${price}."),
    ("bundle", "{count} pics, {clips} clips, one price: ${price} instead of ${worth}. Includes the ferry day."),
    (
        "bundle",
        "Bundle no. 7\n- {clips} clips\n- {count} pics\n- the outtakes\n${worth} apart, ${price} together. Gone "
        "when the list is full.",
    ),
    (
        "bundle",
        "Everything from Cádiz in one bundle. {clips} clips + {count} pics, ${price}, a value of ${worth}. Ends soon.",
    ),
    ("bundle", "All of May, one bundle: {count} pics and {clips} clips, worth ${worth}, now ${price}."),
    ("bundle", "Bundle: {clips} clips und {count} Fotos, zusammen ${price} statt ${worth}. Nur bis Sonntag. Deal?"),
    ("bundle", "Bundle de verano: {clips} clips y {count} fotos, ${price} en vez de ${worth}. Hasta el domingo."),
    (
        "bundle",
        "You get {clips} clips, {count} pics, my worst selfie. Bundle price ${price}, worth ${worth}. Last one this "
        "month.",
    ),
    ("bundle", "The harbour bundle, {count} pics plus {clips} clips. ${worth} worth of salt and wind for ${price}."),
    (
        "bundle",
        "Four days, {clips} clips, {count} pics, zero plans. Bundle ${price}, value ${worth}, before I change my mind.",
    ),
    ("flash_bundle", "Flash bundle. {clips} clips, {count} pics, ${price}. Worth ${worth}. Limited, gone by midnight."),
    ("flash_bundle", "Six hours only: bundle of {clips} clips + {count} pics, ${price} instead of ${worth}."),
    ("flash_bundle", "Limited bundle today: {count} pics, {clips} clips, worth ${worth}, yours for ${price}."),
    ("flash_bundle", "Flash!\n{clips} clips\n{count} pics\n${price}, not ${worth}\nLimited to today."),
    ("flash_bundle", "Flash bundle, kurz: {clips} Clips, {count} Fotos, ${price} statt ${worth}. Limited, nur heute."),
    ("flash_bundle", "Flash bundle, hoy: {clips} clips, {count} fotos, ${price} en vez de ${worth}. Limited."),
    (
        "flash_bundle",
        "Short and limited: {clips} clips, {count} pics, one bundle, ${price}, a ${worth} value. Ends tonight.",
    ),
    (
        "flash_bundle",
        "A limited bundle for the quick: {count} pics + {clips} clips at ${price}, worth ${worth}. Today.",
    ),
    (
        "flash_bundle",
        "Flash bundle: {clips} clips you missed, {count} pics you liked. ${price}, worth ${worth}, one day.",
    ),
    (
        "snapchat_bundle",
        "Throwback bundle: {count} old snaps, {clips} clips, bad quality, good times. ${price}, worth ${worth}.",
    ),
    (
        "snapchat_bundle",
        "From the archive, a throwback bundle of {count} snaps and {clips} clips. ${price} instead of ${worth}.",
    ),
    (
        "snapchat_bundle",
        "Throwback: {count} snaps from before you knew me, {clips} clips. ${worth} worth, ${price} now.",
    ),
    ("snapchat_bundle", "Old phone, new bundle: {count} throwback snaps + {clips} clips, ${price}, value ${worth}."),
    ("snapchat_bundle", "Throwback bundle aus der alten Zeit: {count} Snaps, {clips} Clips, ${price} statt ${worth}."),
    ("snapchat_bundle", "Throwback: {count} snaps viejos y {clips} clips, bundle por ${price}, valen ${worth}."),
)
WINBACKS: tuple[str, ...] = (
    "Your subscription expired and the chair by the window is free. Come back?",
    "Since you left: two new series, one new lamp, no new you. Come back.",
    "Expired. Such an ugly word. Come back and we forget it.",
    "You used to be here on Sundays. It has been a while, come back for this one?",
    "What you missed since it expired:\n1) the ferry film\n2) the red dress\n3) me, missing you\nCome back.",
    "Door is open, light is on, subscription is not. Come back in?",
    "I kept your place. Rejoin this week and the first clip is on me.",
    "Three weeks expired. I counted. Miss you, come back.",
    "Tu suscripción terminó y tu silla sigue aquí. ¿Vuelves? Come back.",
    "Desde que te fuiste: dos series nuevas y un hueco. Come back, te espero.",
    "Dein Abo ist abgelaufen, dein Platz nicht. Come back?",
    "Seit du weg bist: zwei neue Serien, eine neue Lampe. Come back, ich warte.",
)
