"""Words of the harbour agency: short, plain sentences in three languages, with numbers, lists and line breaks.

A form is a text with ``{slots}``; a slot is filled from the bank of its name in the form's language,
and forms may stand in banks. Words that tell send types apart (``config/classification.yaml``)
stand only in their own kind's forms; what is to be seen (``SCENES``) belongs to one content type.
"""

from __future__ import annotations

from collections.abc import Mapping

from eros_assets.sample.harbour.config import Language

Banks = Mapping[str, tuple[str, ...]]
Forms = tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip().replace("\\n", "\n") for part in text.strip().split("|"))


# What is to be seen, by content type: noun phrases that begin a sentence or follow a colon.
SCENES: dict[str, dict[Language, tuple[str, ...]]] = {
    "travel": {
        "en": _split(
            "the night train to Porto|a ferry deck at dawn|three days in Valparaíso|one dress and no luggage|the "
            "hotel corridor at six|a window seat over the Alps|the wrong bus in Naples|breakfast in Trieste"
        ),
        "es": _split("el tren nocturno a Oporto|tres días en Cádiz|la maleta perdida|un hotel sin ascensor"),
        "de": _split(
            "der Nachtzug nach Triest|drei Tage an der Ostsee|ein Koffer und kein Plan|Fensterplatz über den Alpen"
        ),
    },
    "outdoor": {
        "en": _split(
            "the pine hill after rain|fog on the meadow|a picnic the ants won|the old quarry lake|wet grass and bare "
            "feet|the cliff path|an orchard in May|two hours in a hammock"
        ),
        "es": _split("el pinar después de la lluvia|un picnic con hormigas|el sendero del acantilado|la hamaca azul"),
        "de": _split("nasses Gras, nackte Füße|der Steinbruchsee|Nebel über der Wiese|zwei Stunden Hängematte"),
    },
    "fitness": {
        "en": _split(
            "leg day, the honest version|forty push-ups in the kitchen|yoga on a crooked floor|the stretch I fear|a "
            "rope, a timer, no mercy|stairs, all nine floors|plank against the clock|morning run, bad hair"
        ),
        "es": _split("día de piernas, sin filtros|cuarenta flexiones en la cocina|yoga en el balcón|nueve pisos a pie"),
        "de": _split("Beintag, ganz ehrlich|vierzig Liegestütze in der Küche|Yoga auf schiefem Boden|neun Stockwerke"),
    },
    "selfie": {
        "en": _split(
            "the lift mirror again|one arm, two tries|no make-up, good light|the photo I nearly deleted|new fringe, "
            "first look|bus window, my face|hat on, hat off|sleepy eyes at seven"
        ),
        "es": _split("el espejo del ascensor|sin maquillaje y con sol|la foto que casi borro|flequillo nuevo"),
        "de": _split("der Spiegel im Aufzug|ungeschminkt, gutes Licht|das Foto, das fast weg war|neuer Pony"),
    },
    "dance": {
        "en": _split(
            "salsa in the stairwell|eight counts, no shoes|the step I never got right|a slow song on the roof|tango "
            "with a broom|the kitchen floor, midnight|two left feet, one right song|a twirl too many"
        ),
        "es": _split(
            "salsa en la escalera|tango con una escoba|una canción lenta en la azotea|ocho tiempos sin zapatos"
        ),
        "de": _split("Salsa im Treppenhaus|Tango mit dem Besen|ein langsames Lied auf dem Dach|acht Takte barfuß"),
    },
    "casual_chat": {
        "en": _split(
            "five minutes of me talking nonsense|my week in six sentences|what the neighbour said|a story about a "
            "lost key|questions from the bathtub edge|my worst date, short version|why I moved here|things I never "
            "post"
        ),
        "es": _split("mi semana en seis frases|lo que dijo la vecina|la llave perdida|por qué me mudé aquí"),
        "de": _split(
            "meine Woche in sechs Sätzen|was die Nachbarin sagte|der verlorene Schlüssel|warum ich hier wohne"
        ),
    },
    "swimwear": {
        "en": _split(
            "the red two-piece, at last|salt on my shoulders|pool closed, I went in anyway|a towel and some sun|the "
            "striped one from Cádiz|first swim of the year|goosebumps at the lake|straps and sunburn"
        ),
        "es": _split("el bikini rojo, por fin|sal en los hombros|el primer baño del año|una toalla y mucho sol"),
        "de": _split("der rote Zweiteiler, endlich|Salz auf den Schultern|das erste Bad im Jahr|Gänsehaut am See"),
    },
    "themed_outfit": {
        "en": _split(
            "the sailor jacket|librarian, strict but fair|a cape and no plan|the astronaut suit|detective coat, "
            "nothing solved|flight attendant, seat 1A|the jester, bells and all|cowgirl without a horse"
        ),
        "es": _split("la chaqueta de marinera|la bibliotecaria seria|una capa y ningún plan|traje de astronauta"),
        "de": _split("die Matrosenjacke|die strenge Bibliothekarin|Umhang, kein Plan|der Raumanzug"),
    },
    "behind_the_scenes": {
        "en": _split(
            "what the camera missed|tape, clips, bad jokes|the shot before the shot|my tripod falling over|hair and "
            "lights, two hours|the note on the wall|everyone waiting for the sun|the take we laughed in"
        ),
        "es": _split("lo que la cámara no vio|la toma antes de la toma|dos horas de luces|el trípode al suelo"),
        "de": _split("was die Kamera verpasst hat|zwei Stunden Licht|das Stativ kippt|die Szene mit dem Lachen"),
    },
    "footwear": {
        "en": _split(
            "green suede, size 38|laces up to the knee|one lost heel|the loud wooden clogs|polished, then rained on|"
            "sandals and chalk dust|thirty pairs, one floor|the shoes that bite"
        ),
        "es": _split("ante verde, número 38|un tacón perdido|treinta pares en el suelo|las sandalias ruidosas"),
        "de": _split("grünes Wildleder, Größe 38|ein Absatz weniger|dreißig Paar am Boden|laute Holzschuhe"),
    },
    "audio_guide": {
        "en": _split(
            "nine minutes, only my voice|close your eyes and press play|I read you the weather|a whisper and a clock|"
            "counting down from ten|the voice mail I never sent"
        ),
        "es": _split("nueve minutos, solo mi voz|cierra los ojos|un susurro y un reloj|te leo el tiempo"),
        "de": _split("neun Minuten, nur meine Stimme|Augen zu, Ton an|ein Flüstern und eine Uhr|ich lese dir vor"),
    },
    "storytelling": {
        "en": _split(
            "the letter from room 12|how the lamp broke|a lie that came true|the woman on the pier|what I did with "
            "the ring|the last guest"
        ),
        "es": _split("la carta del cuarto 12|cómo se rompió la lámpara|la última huésped|la mujer del muelle"),
        "de": _split("der Brief aus Zimmer 12|wie die Lampe zerbrach|der letzte Gast|die Frau am Kai"),
    },
    "lingerie": {
        "en": _split(
            "black lace, long gloves|the dress for nobody|a zip I could not close|candles and velvet|pearls at "
            "breakfast|the coat comes off"
        ),
        "es": _split("encaje negro, guantes largos|velas y terciopelo|el vestido para nadie|perlas en el desayuno"),
        "de": _split("schwarze Spitze, lange Handschuhe|Kerzen und Samt|das Kleid für niemanden|Perlen zum Frühstück"),
    },
    "solo": {
        "en": _split("the blue room, alone|door shut, phone off|an hour to myself|the armchair by the window"),
        "es": _split("el cuarto azul, a solas|una hora para mí|la puerta cerrada|el sillón de la ventana"),
        "de": _split("das blaue Zimmer, allein|eine Stunde für mich|Tür zu, Handy aus|der Sessel am Fenster"),
    },
    "pov": {
        "en": _split("your seat at my table|you open, I look up|what you would have seen|you hold the camera"),
        "es": _split("tu silla en mi mesa|tú abres, yo miro|lo que habrías visto|tú llevas la cámara"),
        "de": _split("dein Platz an meinem Tisch|du öffnest, ich schaue hoch|du hältst die Kamera|aus deiner Sicht"),
    },
    "duo": {
        "en": _split("Nela and me, one sofa|four hands, one cake|she leads, I follow|matching coats, one umbrella"),
        "es": _split("Nela y yo, un sofá|cuatro manos, una tarta|ella guía, yo sigo|dos abrigos, un paraguas"),
        "de": _split("Nela und ich, ein Sofa|vier Hände, ein Kuchen|sie führt, ich folge|zwei Mäntel, ein Schirm"),
    },
}

_EVERYDAY: dict[Language, Banks] = {
    "en": {
        "thing": _split(
            "a stubborn jar|my grandmother's radio|an empty lighter|a blue marble|half a lemon|a bent spoon|a map of "
            "Riga|one glove|a paper boat|an old ticket|a deck chair|a snail|the wrong keys|a cold espresso|a wool "
            "hat|a green pencil|a chipped mug|a loud clock|an orange|a postcard without a name|a pair of dice|a lamp"
        ),
        "drink": _split(
            "black coffee|ginger tea|tap water in a wine glass|orange juice|hot chocolate|iced coffee|lemon soda"
        ),
        "pair": _split(
            "window or aisle|stairs or lift|salt or pepper|trams or ferries|lace or linen|letters or calls|snow or "
            "sand|left side or right side|early or late|maps or luck|jazz or silence|soup or salad|bath or shower|"
            "plan or surprise|city or harbour|socks or barefoot|first row or last row|honey or jam|pen or pencil"
        ),
        "mood": _split(
            "slow|wide awake|a bit dramatic|overdressed|hungry|brave until noon|soft|loud inside|sunburnt|allergic "
            "to Mondays|in love with my new lamp|barefoot|too warm for a coat|in no hurry|sentimental"
        ),
        "opinion": _split(
            "cold pizza is breakfast|umbrellas are for quitters|naps count as sport|airports are romantic|cats know "
            "everything|the last row is the best row|tea tastes better standing up|maps beat phones|handwriting is a "
            "love language|balconies need more chairs"
        ),
        "weather": _split("Rain|Fog|Wind|Too much sun|Hail|Thunder|A grey sky|Snow"),
        "ask": _split(
            "You?|What about you?|Guess the rest.|Yes or no?|Am I wrong?|Pick one.|Agree?|Your turn.|Thoughts?|Whose "
            "side are you on?"
        ),
        "soft_end": _split(
            "That is all.|Nothing else to report.|More when I know more.|I regret nothing.|You would have laughed.|I "
            "wish you had been there.|Ask the neighbours.|The end.|I kept the receipt.|"
        ),
        "count": tuple(str(number) for number in range(6, 48)),
        "clips": tuple(str(number) for number in range(2, 8)),
        "minutes": tuple(str(number) for number in range(4, 33)),
        "seconds": tuple(str(number) for number in range(20, 95, 5)),
        "part": _split("2 of 3|2 of 4|3 of 4|3 of 5|4 of 6|1 of 2|1 of 3|5 of 6"),
        "call": _split(
            "Unlock it.|Open it?|Want to see?|Ready?|Yours if you open it.|Worth five quiet minutes?|Come in.|Have a "
            "look?"
        ),
        "special": _split(
            "Never posted.|Not on my wall.|Filmed once, kept once.|One take.|No filter.|Nobody has seen it yet.|I "
            "watched it twice myself.|My favourite of the month.|Shot on Tuesday.|The long version."
        ),
        "city": _split("Lisbon|Genoa|Malmö|Bilbao|Gdańsk|Marseille|Bergen|Rostock|Cork|Izmir"),
        "smell": _split("rain|bread|diesel and oranges|laundry|pine|burnt sugar|salt|wet dog"),
        "when": _split("today|at noon|since Sunday|after six|all week|in the mornings"),
    },
    "es": {
        "thing": _split(
            "una cuchara torcida|medio limón|la radio de mi abuela|un mapa de Riga|un solo guante|un barco de papel|"
            "las llaves equivocadas|un caracol|una taza rota|un lápiz verde|una naranja|un reloj ruidoso"
        ),
        "drink": _split("café solo|té de jengibre|zumo de naranja|agua con gas|chocolate caliente"),
        "pair": _split(
            "ventana o pasillo|sal o pimienta|playa o nieve|cartas o llamadas|tarde o temprano|jazz o silencio|"
            "bañera o ducha|ciudad o puerto|descalza o con botas|plan o sorpresa|miel o mermelada"
        ),
        "mood": _split(
            "lenta|muy despierta|un poco dramática|con hambre|valiente|suave|sin prisa|descalza|sentimental|elegante"
        ),
        "weather": _split("Lluvia|Niebla|Viento|Demasiado sol|Truenos|Cielo gris"),
        "ask": _split("¿Y tú?|¿Sí o no?|Elige uno.|¿De acuerdo?|¿Me equivoco?|Te toca."),
        "soft_end": _split("Eso es todo.|Sin novedad.|No me arrepiento.|Te habrías reído.|Fin.|"),
        "count": tuple(str(number) for number in range(6, 48)),
        "clips": tuple(str(number) for number in range(2, 8)),
        "minutes": tuple(str(number) for number in range(4, 33)),
        "part": _split("2 de 3|2 de 4|3 de 4|1 de 2|1 de 3"),
        "call": _split("¿La abres?|¿Lista tu noche?|Ábrelo.|¿Quieres ver?|¿Entras?|Tuyo si lo abres."),
        "special": _split(
            "Nunca publicado.|No está en mi muro.|Una sola toma.|Sin filtros.|Nadie lo ha visto.|Mi favorito."
        ),
        "city": _split("Cádiz|Bilbao|Valparaíso|Oporto|Veracruz|Gijón"),
        "smell": _split("lluvia|pan|ropa limpia|sal|azúcar quemado"),
    },
    "de": {
        "thing": _split(
            "ein krummer Löffel|eine halbe Zitrone|Omas Radio|ein Stadtplan von Riga|ein Handschuh|ein Papierboot|"
            "der falsche Schlüssel|eine Schnecke|eine laute Uhr|ein grüner Stift|eine Orange"
        ),
        "drink": _split("schwarzer Kaffee|Ingwertee|Orangensaft|Leitungswasser im Weinglas|heiße Schokolade"),
        "pair": _split(
            "Fenster oder Gang|Salz oder Pfeffer|Strand oder Schnee|Briefe oder Anrufe|früh oder spät|Jazz oder "
            "Stille|Wanne oder Dusche|Stadt oder Hafen|barfuß oder Stiefel|Plan oder Überraschung|Honig oder "
            "Marmelade"
        ),
        "mood": _split("langsam|hellwach|etwas dramatisch|hungrig|mutig bis Mittag|weich|barfuß|ohne Eile|sentimental"),
        "weather": _split("Regen|Nebel|Wind|Zu viel Sonne|Gewitter|Grauer Himmel"),
        "ask": _split("Und du?|Ja oder nein?|Eins davon.|Stimmt doch?|Liege ich falsch?|Du bist dran."),
        "soft_end": _split("Das war's.|Nichts Neues sonst.|Ich bereue nichts.|Du hättest gelacht.|Ende.|"),
        "count": tuple(str(number) for number in range(6, 48)),
        "clips": tuple(str(number) for number in range(2, 8)),
        "minutes": tuple(str(number) for number in range(4, 33)),
        "part": _split("2 von 3|2 von 4|3 von 4|1 von 2|1 von 3"),
        "call": _split("Machst du auf?|Willst du sehen?|Öffne es.|Bereit?|Kommst du rein?|Deins, wenn du öffnest."),
        "special": _split(
            "Nie gepostet.|Nicht auf meiner Wand.|Ein Take.|Ohne Filter.|Hat noch niemand gesehen.|Mein Liebling."
        ),
        "city": _split("Rostock|Bremen|Genua|Malmö|Danzig|Lübeck"),
        "smell": _split("Regen|Brot|frischer Wäsche|Salz|gebranntem Zucker"),
    },
}

_OFFERS: dict[Language, Banks] = {
    "en": {
        "mood_word": _split("Monday|sleepy|proud|best|worst|serious|holiday|hungry"),
        "reward": _split(
            "a handwritten note|a song sung badly|a photo with your name on it|a voice message|my recipe for lemon "
            "soup|a signed polaroid|a good-night video|a drawing of you as a fox|a postcard from the pier|a custom "
            "clip|the paper boat from my table|a five minute call|a limerick about you|my old bus pass, signed|a "
            "lullaby on tape"
        ),
        "progress": _split("We are halfway.|Nearly there.|Long way to go.|Just opened.|Two thirds done."),
        "slices": tuple(str(number) for number in range(6, 25)),
        "perk": _split(
            "answers first|every clip a day early|your name on the wall of fame|one wish a month|no waiting line|a "
            "birthday card|the outtakes|a say in what I film"
        ),
        "gift": _split(
            "a photo nobody else gets|the outtakes of this month|a voice message|a postcard picture|a little film "
            "from the pier|next month's first clip|a thank-you in my own handwriting"
        ),
        "peek": _split(
            "Still closed?|You looked, then you left.|Saw you pass by.|My last message is blushing.|Half a look does "
            "not count.|You hovered, I noticed.|Nobody opened the door.|I left the light on.|Hm, not yet?"
        ),
        "back": _split(
            "What held you back?|Too busy, or too shy?|Shall I keep it for you?|One tap, you know.|Yes or not yet?|I "
            "would have bet on you.|Scroll up once.|It does not bite."
        ),
        "nudge": _split(
            "It is still up there.|Same price as before.|I will not ask again. Maybe once.|It waits above.|Take your "
            "time, but take it.|The best part is near the end.|You can thank me later.|Go on."
        ),
        "inside": _split(
            "All of it is still inside, one price.|Reminder: everything together, nothing extra to pay.|The whole "
            "lot is still above.|Pics and clips, both still waiting.|Count what is inside, then decide."
        ),
        "cheer": _split(
            "Congratulations to everyone who opened it.|Cheers, you made my evening.|Congrats, the first ones were "
            "fast.|Well done, early birds. Congratulations!|Applause for those who opened it."
        ),
        "next": _split(
            "The next part is filmed already.|The next episode starts where this one stops.|You need this part "
            "first.|Without this one the next makes no sense.|To be continued, but start here."
        ),
    },
    "es": {
        "mood_word": _split("domingo|sueño"),
        "reward": _split(
            "una nota escrita a mano|una canción mal cantada|una foto firmada|un audio|un clip a tu gusto"
        ),
        "progress": _split("Vamos por la mitad.|Casi.|Recién abierto.|Falta poco."),
        "slices": tuple(str(number) for number in range(6, 25)),
        "perk": _split("respuesta primero|cada clip un día antes|un deseo al mes|las tomas falsas"),
        "gift": _split("una foto que nadie más tiene|un audio|una postal|las tomas falsas del mes"),
        "peek": _split(
            "¿Todavía cerrado?|Miraste y te fuiste.|Te vi pasar.|Media mirada no cuenta.|Dejé la luz encendida."
        ),
        "back": _split("¿Qué te frenó?|¿Te lo guardo?|Un toque y ya.|¿Sí o todavía no?|No muerde."),
        "nudge": _split("Sigue ahí arriba.|El mismo precio.|Lo mejor está al final.|Te espera arriba.|Anda."),
        "inside": _split(
            "Todo sigue dentro, un solo precio.|Recordatorio: todo junto, nada aparte.|Fotos y clips siguen arriba."
        ),
        "cheer": _split("¡Congratulations a quien lo abrió!|¡Salud! Qué rápidos fueron.|Congrats a los primeros."),
        "next": _split("La próxima parte ya está filmada.|Sin esta, la próxima no se entiende.|Empieza por esta."),
    },
    "de": {
        "mood_word": _split("Montags|Schlaf"),
        "reward": _split(
            "ein handgeschriebener Zettel|ein schief gesungenes Lied|ein signiertes Foto|eine Sprachnachricht"
        ),
        "progress": _split("Halbzeit.|Fast geschafft.|Gerade eröffnet.|Es fehlt nicht viel."),
        "slices": tuple(str(number) for number in range(6, 25)),
        "perk": _split("Antwort zuerst|jeder Clip einen Tag früher|ein Wunsch im Monat|die Pannen"),
        "gift": _split("ein Foto, das sonst niemand hat|eine Sprachnachricht|eine Postkarte|die Pannen des Monats"),
        "peek": _split("Noch zu?|Geschaut und weg.|Hab dich gesehen.|Halb gucken zählt nicht.|Das Licht ist noch an."),
        "back": _split(
            "Was hat dich abgehalten?|Soll ich es aufheben?|Ein Tipp genügt.|Ja oder noch nicht?|Es beißt nicht."
        ),
        "nudge": _split("Es liegt noch oben.|Gleicher Preis.|Das Beste kommt am Schluss.|Es wartet oben.|Los."),
        "inside": _split(
            "Alles noch drin, ein Preis.|Zur Erinnerung: alles zusammen, nichts extra.|Fotos und Clips warten noch."
        ),
        "cheer": _split(
            "Congratulations an alle, die geöffnet haben.|Prost, ihr wart schnell.|Congrats an die Ersten."
        ),
        "next": _split(
            "Der nächste Teil ist schon gedreht.|Ohne diesen versteht man den nächsten nicht.|Fang hier an."
        ),
    },
}
BANKS: dict[Language, Banks] = {language: {**_EVERYDAY[language], **_OFFERS[language]} for language in _EVERYDAY}

# Forms by caption type and variant. {Scene} begins a sentence, {scene} stands inside one.
FORMS: dict[tuple[str, str], dict[Language, Forms]] = {
    ("ppv_unlock", "solo"): {
        "en": _split(
            "{Scene}. {special} {call}|{minutes} minutes: {scene}. {call}|You asked twice for this: {scene}. {call}|"
            "Kept off the wall: {scene}. {special}|{Scene}.\\n{minutes} minutes.\\n{call}|Locked on purpose: "
            "{scene}. {call}|{call} {Scene}, {minutes} minutes, one take.|Question first: {pair}? Answer inside, "
            "with {scene}.|I nearly kept this: {scene}. {special} {call}|New: {scene}. {special}"
        ),
        "es": _split(
            "{Scene}. {special} {call}|{minutes} minutos: {scene}. {call}|Lo pediste dos veces: {scene}. {call}|"
            "{Scene}.\\n{minutes} minutos.\\n{call}|Casi me lo guardo: {scene}. {special}"
        ),
        "de": _split(
            "{Scene}. {special} {call}|{minutes} Minuten: {scene}. {call}|Du hast zweimal gefragt: {scene}. {call}|"
            "{Scene}.\\n{minutes} Minuten.\\n{call}|Fast hätte ich es behalten: {scene}. {special}"
        ),
    },
    ("ppv_unlock", "bundle"): {
        "en": _split(
            "{count} pics + {clips} clips: {scene}. {call}|{Scene}:\\n- {count} pics\\n- {clips} clips\\n{call}|"
            "Everything from one afternoon: {scene}. {count} pics and {clips} clips. {special}"
        ),
        "es": _split(
            "{count} fotos + {clips} clips: {scene}. {call}|{Scene}:\\n- {count} fotos\\n- {clips} clips\\n{call}"
        ),
        "de": _split(
            "{count} Fotos + {clips} Clips: {scene}. {call}|{Scene}:\\n- {count} Fotos\\n- {clips} Clips\\n{call}"
        ),
    },
    ("ppv_unlock", "series"): {
        "en": _split(
            "Part {part}: {scene}. {call}|Episode {part}. {Scene}, {minutes} minutes. {special}|Chapter {part}, "
            "{scene}. It begins where we stopped. {call}"
        ),
        "es": _split("Episodio {part}: {scene}. {call}|Parte {part}. {Scene}, {minutes} min. {special}"),
        "de": _split("Episode {part}: {scene}. {call}|Teil {part}, {minutes} min: {scene}. {special}"),
    },
    ("ppv_unlock", "winner"): {
        "en": _split("Lucky shot: {scene}. {call}|By lucky accident: {scene}. {special} {call}"),
        "es": _split("Lucky shot: {scene}. {special} {call}"),
        "de": _split("Lucky Shot: {scene}. {special} {call}"),
    },
    ("ppv_unlock", "long"): {  # the few long ones: lists
        "en": _split(
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
        "es": _split(
            "Lo que hay dentro:\\n1) {scene}, {minutes} minutos\\n2) los segundos de antes, cuando nadie estaba "
            "listo\\n3) {count} fotos sin retocar\\n4) yo, explicando lo de {thing}\\nNo corté nada y no lo enseño "
            "dos veces. {special} {call}"
        ),
        "de": _split(
            "Was drin ist:\\n1) {scene}, {minutes} Minuten\\n2) die Sekunden davor, als niemand bereit war\\n3) "
            "{count} Bilder, keins retuschiert\\n4) ich, und dazu {thing}\\nNichts geschnitten, nichts zweimal "
            "gezeigt. {special} {call}"
        ),
    },
    ("bump_normal", "scene"): {
        "en": _split(
            "{Scene}. {soft_end}|{Scene}. {ask}|Today: {scene}. {soft_end}|Proof of life: {scene}.|{Scene}, and "
            "{drink}. {ask}|Still thinking about {scene}. {soft_end}|{pair}? Asking because of {scene}."
        ),
        "es": _split(
            "{Scene}. {soft_end}|{Scene}. {ask}|Hoy: {scene}. {soft_end}|Prueba de vida: {scene}.|{Scene} y {drink}. "
            "{ask}"
        ),
        "de": _split(
            "{Scene}. {soft_end}|{Scene}. {ask}|Heute: {scene}. {soft_end}|Lebenszeichen: {scene}.|{Scene}, dazu "
            "{drink}. {ask}"
        ),
    },
    ("bump_normal", "any"): {
        "en": _split(
            "Honest poll: {pair}?|{weather} outside, {drink} inside. {ask}|On my table: {thing}, {thing}. {ask}|"
            "Mood:\\n- {mood}\\n- {mood}\\n- {mood}|Unpopular opinion: {opinion}. {ask}|I am {mood} and {mood}. "
            "{ask}|{city} smells of {smell} {when}. {soft_end}|Found {thing}. {soft_end}|{pair}? {pair}? You have "
            "{seconds} seconds.|Two truths, one lie:\\n1. I own {thing}\\n2. {opinion}\\n3. I am {mood}|{drink}, "
            "{thing}, and you. In that order."
        ),
        "es": _split(
            "Encuesta: ¿{pair}?|{weather} fuera, {drink} dentro. {ask}|En mi mesa: {thing} y {thing}. {ask}|Hoy "
            "estoy:\\n- {mood}\\n- {mood}\\n- {mood}|{city} huele a {smell}. {soft_end}|Encontré {thing}. {soft_end}"
        ),
        "de": _split(
            "Umfrage: {pair}?|{weather} draußen, {drink} drinnen. {ask}|Auf meinem Tisch: {thing}, {thing}. {ask}|"
            "Stimmung:\\n- {mood}\\n- {mood}\\n- {mood}|{city} riecht nach {smell}. {soft_end}|Gefunden: {thing}. "
            "{soft_end}"
        ),
    },
    ("bump_descriptive", "scene"): {
        "en": _split(
            "{Scene}. First there was only {drink}, then {thing} fell off the table, and for a moment I was {mood}. "
            "{soft_end}|How it went: {scene}, {weather.lower} all the way, me {mood}, and somewhere in between "
            "{thing} that I still carry around. {ask}|{weather}. I had {thing} in my bag and nowhere to be. Then: "
            "{scene}. I stayed until the {drink} was gone. {soft_end}|Notes from today:\\n- {scene}\\n- {thing}, "
            "which I did not need\\n- {drink}, which I did\\n- still {mood}, {opinion}\\n{ask}"
        ),
        "es": _split(
            "{Scene}. Primero solo había {drink}, luego cayó al suelo {thing}, y por un momento me sentí {mood}. "
            "{soft_end}|Notas de hoy:\\n- {scene}\\n- {thing}, que no necesitaba\\n- {drink}, que sí\\n- todavía "
            "{mood}\\n{ask}"
        ),
        "de": _split(
            "{Scene}. Erst war da nur {drink}, dann fiel etwas um, wohl {thing}, und einen Moment lang war ich "
            "{mood}. {soft_end}|Notizen von heute:\\n- {scene}\\n- {thing}, unnötig\\n- {drink}, nötig\\n- immer "
            "noch {mood}, mehr nicht\\n{ask}"
        ),
    },
    ("bump_text_only", "any"): {
        "en": _split(
            "No photo today, only a question: {pair}?|Words only. I am {mood}, and {opinion}. {ask}|I typed this "
            "three times. First I was {mood}, then {mood}. {ask}|Nothing to see here, only a thought: {opinion}."
        ),
        "es": _split("Hoy sin foto, solo una pregunta: ¿{pair}?|Solo palabras. Estoy {mood} y {mood}. {ask}"),
        "de": _split("Heute kein Bild, nur eine Frage: {pair}?|Nur Worte. Ich bin {mood} und {mood}. {ask}"),
    },
    ("bump_flyer", "any"): {
        "en": _split(
            "NEW ON THE PAGE\\n{scene}|This month on one poster: {scene}, {scene}.|Poster up: {scene}!|Look up. "
            "{Scene}."
        ),
        "es": _split("NUEVO EN LA PÁGINA\\n{scene}"),
        "de": _split("NEU AUF DER SEITE\\n{scene}"),
    },
    ("dm_farm", "any"): {
        "en": _split(
            "Message me one word: {pair}?|Reply with a number from 1 to {count}. I'll explain later.|Text me your "
            "{mood_word} face.|DM me: {pair}? I read every answer.|Tell me one thing about {thing}.|Write me, I am "
            "{mood} and have {drink}.|Reply {pair}, nothing else. {soft_end}|Send me a message with only emoji. I'll "
            "guess."
        ),
        "es": _split(
            "Message me: ¿{pair}?|DM me un número del 1 al {count}. Luego te explico.|Reply con una palabra: ¿{pair}?"
        ),
        "de": _split(
            "Message me: {pair}?|DM me eine Zahl von 1 bis {count}. Erkläre ich später.|Reply mit einem Wort: {pair}?"
        ),
    },
    ("first_to_tip", "first_to_tip"): {
        "en": _split(
            "First to tip gets {reward}.|First to tip wins {reward}. One person, that's it.|First tip wins.\\nWhat: "
            "{reward}\\nWho: the fastest|Quick hands? First to tip takes {reward}.|Whoever is first to tip: "
            "{reward}. No second place."
        ),
        "es": _split(
            "La primera propina gana: {reward}. First to tip!|First to tip se lleva {reward}.|¿Manos rápidas? First "
            "to tip: {reward}. Solo una persona.|First to tip.\\nPremio: {reward}"
        ),
        "de": _split(
            "First to tip bekommt {reward}.|Wer zuerst tippt, gewinnt: {reward}. First to tip!|Schnelle Finger? "
            "First to tip: {reward}.|First to tip, nur eine Person: {reward}."
        ),
    },
    ("first_to_tip", "tip_goal"): {
        "en": _split(
            "Tip goal: {reward} for everyone who helps. {progress}|Help me reach the goal, then {reward} for all of "
            "you. {progress}|Tip goal open.\\n1) you tip\\n2) we reach it\\n3) {reward} for each of you"
        ),
        "es": _split("Tip goal abierto: {reward} para todos los que ayuden. {progress}"),
        "de": _split("Tip goal offen: {reward} für alle, die mithelfen. {progress}"),
    },
    ("game_post", "wheel"): {
        "en": _split(
            "Spin the wheel. {slices} slices, one of them is {reward}.|One spin, one prize: maybe {reward}.|Wheel "
            "rules:\\n1) pay\\n2) I spin on camera\\n3) you get what it shows, {reward} at best"
        ),
        "es": _split("Gira la ruleta (spin!): {slices} casillas, una es {reward}."),
        "de": _split("Spin! Das Rad hat {slices} Felder, eins davon: {reward}."),
    },
    ("game_post", "box"): {
        "en": _split(
            "Mystery box no. {count}. Best case: {reward}.|{slices} mystery box lids, you lift one. One hides {reward}."
        ),
        "es": _split("Mystery box no. {count}. Con suerte: {reward}."),
        "de": _split("Mystery Box Nr. {count}. Im besten Fall: {reward}."),
    },
    ("game_post", "card"): {
        "en": _split(
            "Pick a card, any of {slices}. One is {reward}.|Scratch one of {slices} fields. Under one of them: "
            "{reward}.|Card game: you name a card, I turn it. Yours may be {reward}."
        ),
        "es": _split("Pick a card: {slices} cartas, una es {reward}."),
        "de": _split("Pick a card: {slices} Karten, eine ist {reward}."),
    },
    ("vip_program", "any"): {
        "en": _split(
            "VIP list: $200, once.\\n- {perk}\\n- {perk}\\n- {perk}|There is room on my VIP list. $200 and you get: "
            "{perk}, {perk}. VIP stays VIP.|What a VIP gets for $200: {perk}, {perk}, and {perk}. Nothing monthly."
        ),
        "es": _split("Lista VIP: $200, una vez.\\n- {perk}\\n- {perk}"),
        "de": _split("VIP-Liste: $200, einmalig.\\n- {perk}\\n- {perk}"),
    },
    ("link_drop", "link_drop"): {
        "en": _split(
            "Still running. Tap the link: {url}|You scrolled past it: {url}|Latest post, one tap: {url} {ask}|"
            "Reminder without drama. Link below.\\n{url}|It is up, it is good: {url}"
        ),
        "es": _split("Sigue en marcha. Tap the link: {url}|Se te pasó: {url}"),
        "de": _split("Läuft noch. Tap the link: {url}|Dran vorbeigescrollt: {url}"),
    },
    ("link_drop", "wall_link_drop"): {
        "en": _split(
            "The rest of this is one post down. {url}|Same day, same light, more of it: {url}|Continues here: {url} "
            "{soft_end}"
        ),
        "es": _split("Sigue aquí: {url}|El mismo día, la misma luz: {url}"),
        "de": _split("Geht hier weiter: {url}|Gleicher Tag, gleiches Licht: {url}"),
    },
    ("live_promo", "any"): {
        "en": _split(
            "Going live soon. Bring {drink} and one question: {pair}?|Live stream ahead. I bring {thing}, you bring "
            "questions.|Going live. Topics: {thing}, {thing}, you."
        ),
        "es": _split("Live stream pronto. Trae {drink} y una pregunta."),
        "de": _split("Live stream, bald. Bring {drink} und eine Frage mit."),
    },
    ("renew_on_message", "any"): {
        "en": _split(
            "Your auto-renew is off. Turn it on and I send you {gift}.|Renew on = {gift}. Two taps, promised.|Small "
            "favour: switch auto-renew on. You keep your place, and you get {gift}.|Three reasons to turn renew "
            "on:\\n1) {gift}\\n2) nothing to remember\\n3) I notice|Renew on this week? Then {gift} is yours.|I "
            "film, you stay: renew on, and {gift} is on its way."
        ),
        "es": _split("Tu auto-renew está apagado. Renew on y te mando {gift}.|Renew on = {gift}. Dos toques."),
        "de": _split("Dein auto-renew ist aus. Renew on, und du bekommst {gift}.|Renew on = {gift}. Zweimal tippen."),
    },
    ("ppv_followup", "solo"): {
        "en": _split("{peek} {back}|{back} {peek}|{peek} {nudge}|{nudge} {back}"),
        "es": _split("{peek} {back}|{peek} {nudge}"),
        "de": _split("{peek} {back}|{peek} {nudge}"),
    },
    ("ppv_followup", "bundle"): {
        "en": _split("{inside} {back}|{inside} {nudge}|{nudge} {inside}"),
        "es": _split("{inside} {back}|{inside} {nudge}"),
        "de": _split("{inside} {back}|{inside} {nudge}"),
    },
    ("ppv_followup", "winner"): {
        "en": _split("{cheer} {nudge}|{cheer} {back}"),
        "es": _split("{cheer} {nudge}|{cheer} {back}"),
        "de": _split("{cheer} {nudge}|{cheer} {back}"),
    },
    ("ppv_followup", "series"): {
        "en": _split("{next} {nudge}|{next} {back}|{peek} {next}"),
        "es": _split("{next} {nudge}|{next} {back}"),
        "de": _split("{next} {nudge}|{next} {back}"),
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
EMOJI = ("🧭", "🌊", "☕", "🍋", "🪩", "🧦", "🐚", "🎈", "🌿", "🫶", "⛵", "🥐", "🔑", "📮", "🪁", "💙")
LATE_WORDS = {"en": ("honestly", "still", "okay"), "es": ("de verdad", "vale"), "de": ("ehrlich", "ja")}

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
