"""Words of the harbour agency: short, plain sentences in three languages, with numbers, lists and line breaks.

A bank fills the slots of its name in the forms of ``forms.py``; forms may stand in banks. What is to be seen
(``SCENES``) belongs to one content type.
"""

from __future__ import annotations

from collections.abc import Mapping

from eros_assets.sample.harbour.config import Language

Banks = Mapping[str, tuple[str, ...]]


def split(text: str) -> tuple[str, ...]:
    """The phrases of a text, parted by ``|``; ``\\n`` in it breaks the line."""
    return tuple(part.strip().replace("\\n", "\n") for part in text.strip().split("|"))


# What is to be seen, by content type: noun phrases that begin a sentence or follow a colon.
SCENES: dict[str, dict[Language, tuple[str, ...]]] = {
    "travel": {
        "en": split(
            "the night train to Porto|a ferry deck at dawn|three days in Valparaíso|one dress and no luggage|the "
            "hotel corridor at six|a window seat over the Alps|the wrong bus in Naples|breakfast in Trieste"
        ),
        "es": split("el tren nocturno a Oporto|tres días en Cádiz|la maleta perdida|un hotel sin ascensor"),
        "de": split(
            "der Nachtzug nach Triest|drei Tage an der Ostsee|ein Koffer und kein Plan|Fensterplatz über den Alpen"
        ),
    },
    "outdoor": {
        "en": split(
            "the pine hill after rain|fog on the meadow|a picnic the ants won|the old quarry lake|wet grass and bare "
            "feet|the cliff path|an orchard in May|two hours in a hammock"
        ),
        "es": split("el pinar después de la lluvia|un picnic con hormigas|el sendero del acantilado|la hamaca azul"),
        "de": split("nasses Gras, nackte Füße|der Steinbruchsee|Nebel über der Wiese|zwei Stunden Hängematte"),
    },
    "fitness": {
        "en": split(
            "leg day, the honest version|forty push-ups in the kitchen|yoga on a crooked floor|the stretch I fear|a "
            "rope, a timer, no mercy|stairs, all nine floors|plank against the clock|morning run, bad hair"
        ),
        "es": split("día de piernas, sin filtros|cuarenta flexiones en la cocina|yoga en el balcón|nueve pisos a pie"),
        "de": split("Beintag, ganz ehrlich|vierzig Liegestütze in der Küche|Yoga auf schiefem Boden|neun Stockwerke"),
    },
    "selfie": {
        "en": split(
            "the lift mirror again|one arm, two tries|no make-up, good light|the photo I nearly deleted|new fringe, "
            "first look|bus window, my face|hat on, hat off|sleepy eyes at seven"
        ),
        "es": split("el espejo del ascensor|sin maquillaje y con sol|la foto que casi borro|flequillo nuevo"),
        "de": split("der Spiegel im Aufzug|ungeschminkt, gutes Licht|das Foto, das fast weg war|neuer Pony"),
    },
    "dance": {
        "en": split(
            "salsa in the stairwell|eight counts, no shoes|the step I never got right|a slow song on the roof|tango "
            "with a broom|the kitchen floor, midnight|two left feet, one right song|a twirl too many"
        ),
        "es": split(
            "salsa en la escalera|tango con una escoba|una canción lenta en la azotea|ocho tiempos sin zapatos"
        ),
        "de": split("Salsa im Treppenhaus|Tango mit dem Besen|ein langsames Lied auf dem Dach|acht Takte barfuß"),
    },
    "casual_chat": {
        "en": split(
            "five minutes of me talking nonsense|my week in six sentences|what the neighbour said|a story about a "
            "lost key|questions from the bathtub edge|my worst date, short version|why I moved here|things I never "
            "post"
        ),
        "es": split("mi semana en seis frases|lo que dijo la vecina|la llave perdida|por qué me mudé aquí"),
        "de": split("meine Woche in sechs Sätzen|was die Nachbarin sagte|der verlorene Schlüssel|warum ich hier wohne"),
    },
    "swimwear": {
        "en": split(
            "the red two-piece, at last|salt on my shoulders|pool closed, I went in anyway|a towel and some sun|the "
            "striped one from Cádiz|first swim of the year|goosebumps at the lake|straps and sunburn"
        ),
        "es": split("el bikini rojo, por fin|sal en los hombros|el primer baño del año|una toalla y mucho sol"),
        "de": split("der rote Zweiteiler, endlich|Salz auf den Schultern|das erste Bad im Jahr|Gänsehaut am See"),
    },
    "themed_outfit": {
        "en": split(
            "the sailor jacket|librarian, strict but fair|a cape and no plan|the astronaut suit|detective coat, "
            "nothing solved|flight attendant, seat 1A|the jester, bells and all|cowgirl without a horse"
        ),
        "es": split("la chaqueta de marinera|la bibliotecaria seria|una capa y ningún plan|traje de astronauta"),
        "de": split("die Matrosenjacke|die strenge Bibliothekarin|Umhang, kein Plan|der Raumanzug"),
    },
    "behind_the_scenes": {
        "en": split(
            "what the camera missed|tape, clips, bad jokes|the shot before the shot|my tripod falling over|hair and "
            "lights, two hours|the note on the wall|everyone waiting for the sun|the take we laughed in"
        ),
        "es": split("lo que la cámara no vio|la toma antes de la toma|dos horas de luces|el trípode al suelo"),
        "de": split("was die Kamera verpasst hat|zwei Stunden Licht|das Stativ kippt|die Szene mit dem Lachen"),
    },
    "footwear": {
        "en": split(
            "green suede, size 38|laces up to the knee|one lost heel|the loud wooden clogs|polished, then rained on|"
            "sandals and chalk dust|thirty pairs, one floor|the shoes that bite"
        ),
        "es": split("ante verde, número 38|un tacón perdido|treinta pares en el suelo|las sandalias ruidosas"),
        "de": split("grünes Wildleder, Größe 38|ein Absatz weniger|dreißig Paar am Boden|laute Holzschuhe"),
    },
    "audio_guide": {
        "en": split(
            "nine minutes, only my voice|close your eyes and press play|I read you the weather|a whisper and a clock|"
            "counting down from ten|the voice mail I never sent"
        ),
        "es": split("nueve minutos, solo mi voz|cierra los ojos|un susurro y un reloj|te leo el tiempo"),
        "de": split("neun Minuten, nur meine Stimme|Augen zu, Ton an|ein Flüstern und eine Uhr|ich lese dir vor"),
    },
    "storytelling": {
        "en": split(
            "the letter from room 12|how the lamp broke|a lie that came true|the woman on the pier|what I did with "
            "the ring|the last guest"
        ),
        "es": split("la carta del cuarto 12|cómo se rompió la lámpara|la última huésped|la mujer del muelle"),
        "de": split("der Brief aus Zimmer 12|wie die Lampe zerbrach|der letzte Gast|die Frau am Kai"),
    },
    "lingerie": {
        "en": split(
            "black lace, long gloves|the dress for nobody|a zip I could not close|candles and velvet|pearls at "
            "breakfast|the coat comes off"
        ),
        "es": split("encaje negro, guantes largos|velas y terciopelo|el vestido para nadie|perlas en el desayuno"),
        "de": split("schwarze Spitze, lange Handschuhe|Kerzen und Samt|das Kleid für niemanden|Perlen zum Frühstück"),
    },
    "solo": {
        "en": split("the blue room, alone|door shut, phone off|an hour to myself|the armchair by the window"),
        "es": split("el cuarto azul, a solas|una hora para mí|la puerta cerrada|el sillón de la ventana"),
        "de": split("das blaue Zimmer, allein|eine Stunde für mich|Tür zu, Handy aus|der Sessel am Fenster"),
    },
    "pov": {
        "en": split("your seat at my table|you open, I look up|what you would have seen|you hold the camera"),
        "es": split("tu silla en mi mesa|tú abres, yo miro|lo que habrías visto|tú llevas la cámara"),
        "de": split("dein Platz an meinem Tisch|du öffnest, ich schaue hoch|du hältst die Kamera|aus deiner Sicht"),
    },
    "duo": {
        "en": split("Nela and me, one sofa|four hands, one cake|she leads, I follow|matching coats, one umbrella"),
        "es": split("Nela y yo, un sofá|cuatro manos, una tarta|ella guía, yo sigo|dos abrigos, un paraguas"),
        "de": split("Nela und ich, ein Sofa|vier Hände, ein Kuchen|sie führt, ich folge|zwei Mäntel, ein Schirm"),
    },
}

_EVERYDAY: dict[Language, Banks] = {
    "en": {
        "thing": split(
            "a stubborn jar|my grandmother's radio|an empty lighter|a blue marble|half a lemon|a bent spoon|a map of "
            "Riga|one glove|a paper boat|an old ticket|a deck chair|a snail|the wrong keys|a cold espresso|a wool "
            "hat|a green pencil|a chipped mug|a loud clock|an orange|a postcard without a name|a pair of dice|a lamp"
        ),
        "drink": split(
            "black coffee|ginger tea|tap water in a wine glass|orange juice|hot chocolate|iced coffee|lemon soda"
        ),
        "pair": split(
            "window or aisle|stairs or lift|salt or pepper|trams or ferries|lace or linen|letters or calls|snow or "
            "sand|left side or right side|early or late|maps or luck|jazz or silence|soup or salad|bath or shower|"
            "plan or surprise|city or harbour|socks or barefoot|first row or last row|honey or jam|pen or pencil"
        ),
        "mood": split(
            "slow|wide awake|a bit dramatic|overdressed|hungry|brave until noon|soft|loud inside|sunburnt|allergic "
            "to Mondays|in love with my new lamp|barefoot|too warm for a coat|in no hurry|sentimental"
        ),
        "opinion": split(
            "cold pizza is breakfast|umbrellas are for quitters|naps count as sport|airports are romantic|cats know "
            "everything|the last row is the best row|tea tastes better standing up|maps beat phones|handwriting is a "
            "love language|balconies need more chairs"
        ),
        "weather": split("Rain|Fog|Wind|Too much sun|Hail|Thunder|A grey sky|Snow"),
        "ask": split(
            "You?|What about you?|Guess the rest.|Yes or no?|Am I wrong?|Pick one.|Agree?|Your turn.|Thoughts?|Whose "
            "side are you on?"
        ),
        "soft_end": split(
            "That is all.|Nothing else to report.|More when I know more.|I regret nothing.|You would have laughed.|I "
            "wish you had been there.|Ask the neighbours.|The end.|I kept the receipt.|"
        ),
        "count": tuple(str(number) for number in range(6, 48)),
        "clips": tuple(str(number) for number in range(2, 8)),
        "minutes": tuple(str(number) for number in range(4, 33)),
        "seconds": tuple(str(number) for number in range(20, 95, 5)),
        "part": split("2 of 3|2 of 4|3 of 4|3 of 5|4 of 6|1 of 2|1 of 3|5 of 6"),
        "call": split(
            "Unlock it.|Open it?|Want to see?|Ready?|Yours if you open it.|Worth five quiet minutes?|Come in.|Have a "
            "look?"
        ),
        "special": split(
            "Never posted.|Not on my wall.|Filmed once, kept once.|One take.|No filter.|Nobody has seen it yet.|I "
            "watched it twice myself.|My favourite of the month.|Shot on Tuesday.|The long version."
        ),
        "city": split("Lisbon|Genoa|Malmö|Bilbao|Gdańsk|Marseille|Bergen|Rostock|Cork|Izmir"),
        "smell": split("rain|bread|diesel and oranges|laundry|pine|burnt sugar|salt|wet dog"),
        "when": split("today|at noon|since Sunday|after six|all week|in the mornings"),
    },
    "es": {
        "thing": split(
            "una cuchara torcida|medio limón|la radio de mi abuela|un mapa de Riga|un solo guante|un barco de papel|"
            "las llaves equivocadas|un caracol|una taza rota|un lápiz verde|una naranja|un reloj ruidoso"
        ),
        "drink": split("café solo|té de jengibre|zumo de naranja|agua con gas|chocolate caliente"),
        "pair": split(
            "ventana o pasillo|sal o pimienta|playa o nieve|cartas o llamadas|tarde o temprano|jazz o silencio|"
            "bañera o ducha|ciudad o puerto|descalza o con botas|plan o sorpresa|miel o mermelada"
        ),
        "mood": split(
            "lenta|muy despierta|un poco dramática|con hambre|valiente|suave|sin prisa|descalza|sentimental|elegante"
        ),
        "weather": split("Lluvia|Niebla|Viento|Demasiado sol|Truenos|Cielo gris"),
        "ask": split("¿Y tú?|¿Sí o no?|Elige uno.|¿De acuerdo?|¿Me equivoco?|Te toca."),
        "soft_end": split("Eso es todo.|Sin novedad.|No me arrepiento.|Te habrías reído.|Fin.|"),
        "count": tuple(str(number) for number in range(6, 48)),
        "clips": tuple(str(number) for number in range(2, 8)),
        "minutes": tuple(str(number) for number in range(4, 33)),
        "part": split("2 de 3|2 de 4|3 de 4|1 de 2|1 de 3"),
        "call": split("¿La abres?|¿Lista tu noche?|Ábrelo.|¿Quieres ver?|¿Entras?|Tuyo si lo abres."),
        "special": split(
            "Nunca publicado.|No está en mi muro.|Una sola toma.|Sin filtros.|Nadie lo ha visto.|Mi favorito."
        ),
        "city": split("Cádiz|Bilbao|Valparaíso|Oporto|Veracruz|Gijón"),
        "smell": split("lluvia|pan|ropa limpia|sal|azúcar quemado"),
    },
    "de": {
        "thing": split(
            "ein krummer Löffel|eine halbe Zitrone|Omas Radio|ein Stadtplan von Riga|ein Handschuh|ein Papierboot|"
            "der falsche Schlüssel|eine Schnecke|eine laute Uhr|ein grüner Stift|eine Orange"
        ),
        "drink": split("schwarzer Kaffee|Ingwertee|Orangensaft|Leitungswasser im Weinglas|heiße Schokolade"),
        "pair": split(
            "Fenster oder Gang|Salz oder Pfeffer|Strand oder Schnee|Briefe oder Anrufe|früh oder spät|Jazz oder "
            "Stille|Wanne oder Dusche|Stadt oder Hafen|barfuß oder Stiefel|Plan oder Überraschung|Honig oder "
            "Marmelade"
        ),
        "mood": split("langsam|hellwach|etwas dramatisch|hungrig|mutig bis Mittag|weich|barfuß|ohne Eile|sentimental"),
        "weather": split("Regen|Nebel|Wind|Zu viel Sonne|Gewitter|Grauer Himmel"),
        "ask": split("Und du?|Ja oder nein?|Eins davon.|Stimmt doch?|Liege ich falsch?|Du bist dran."),
        "soft_end": split("Das war's.|Nichts Neues sonst.|Ich bereue nichts.|Du hättest gelacht.|Ende.|"),
        "count": tuple(str(number) for number in range(6, 48)),
        "clips": tuple(str(number) for number in range(2, 8)),
        "minutes": tuple(str(number) for number in range(4, 33)),
        "part": split("2 von 3|2 von 4|3 von 4|1 von 2|1 von 3"),
        "call": split("Machst du auf?|Willst du sehen?|Öffne es.|Bereit?|Kommst du rein?|Deins, wenn du öffnest."),
        "special": split(
            "Nie gepostet.|Nicht auf meiner Wand.|Ein Take.|Ohne Filter.|Hat noch niemand gesehen.|Mein Liebling."
        ),
        "city": split("Rostock|Bremen|Genua|Malmö|Danzig|Lübeck"),
        "smell": split("Regen|Brot|frischer Wäsche|Salz|gebranntem Zucker"),
    },
}

_OFFERS: dict[Language, Banks] = {
    "en": {
        "mood_word": split("Monday|sleepy|proud|best|worst|serious|holiday|hungry"),
        "reward": split(
            "a handwritten note|a song sung badly|a photo with your name on it|a voice message|my recipe for lemon "
            "soup|a signed polaroid|a good-night video|a drawing of you as a fox|a postcard from the pier|a custom "
            "clip|the paper boat from my table|a five minute call|a limerick about you|my old bus pass, signed|a "
            "lullaby on tape"
        ),
        "progress": split("We are halfway.|Nearly there.|Long way to go.|Just opened.|Two thirds done."),
        "slices": tuple(str(number) for number in range(6, 25)),
        "perk": split(
            "answers first|every clip a day early|your name on the wall of fame|one wish a month|no waiting line|a "
            "birthday card|the outtakes|a say in what I film"
        ),
        "gift": split(
            "a photo nobody else gets|the outtakes of this month|a voice message|a postcard picture|a little film "
            "from the pier|next month's first clip|a thank-you in my own handwriting"
        ),
        "peek": split(
            "Still closed?|You looked, then you left.|Saw you pass by.|My last message is blushing.|Half a look does "
            "not count.|You hovered, I noticed.|Nobody opened the door.|I left the light on.|Hm, not yet?"
        ),
        "back": split(
            "What held you back?|Too busy, or too shy?|Shall I keep it for you?|One tap, you know.|Yes or not yet?|I "
            "would have bet on you.|Scroll up once.|It does not bite."
        ),
        "nudge": split(
            "It is still up there.|Same price as before.|I will not ask again. Maybe once.|It waits above.|Take your "
            "time, but take it.|The best part is near the end.|You can thank me later.|Go on."
        ),
        "inside": split(
            "All of it is still inside, one price.|Reminder: everything together, nothing extra to pay.|The whole "
            "lot is still above.|Pics and clips, both still waiting.|Count what is inside, then decide."
        ),
        "cheer": split(
            "Congratulations to everyone who opened it.|Cheers, you made my evening.|Congrats, the first ones were "
            "fast.|Well done, early birds. Congratulations!|Applause for those who opened it."
        ),
        "next": split(
            "The next part is filmed already.|The next episode starts where this one stops.|You need this part "
            "first.|Without this one the next makes no sense.|To be continued, but start here."
        ),
    },
    "es": {
        "mood_word": split("domingo|sueño"),
        "reward": split("una nota escrita a mano|una canción mal cantada|una foto firmada|un audio|un clip a tu gusto"),
        "progress": split("Vamos por la mitad.|Casi.|Recién abierto.|Falta poco."),
        "slices": tuple(str(number) for number in range(6, 25)),
        "perk": split("respuesta primero|cada clip un día antes|un deseo al mes|las tomas falsas"),
        "gift": split("una foto que nadie más tiene|un audio|una postal|las tomas falsas del mes"),
        "peek": split(
            "¿Todavía cerrado?|Miraste y te fuiste.|Te vi pasar.|Media mirada no cuenta.|Dejé la luz encendida."
        ),
        "back": split("¿Qué te frenó?|¿Te lo guardo?|Un toque y ya.|¿Sí o todavía no?|No muerde."),
        "nudge": split("Sigue ahí arriba.|El mismo precio.|Lo mejor está al final.|Te espera arriba.|Anda."),
        "inside": split(
            "Todo sigue dentro, un solo precio.|Recordatorio: todo junto, nada aparte.|Fotos y clips siguen arriba."
        ),
        "cheer": split("¡Congratulations a quien lo abrió!|¡Salud! Qué rápidos fueron.|Congrats a los primeros."),
        "next": split("La próxima parte ya está filmada.|Sin esta, la próxima no se entiende.|Empieza por esta."),
    },
    "de": {
        "mood_word": split("Montags|Schlaf"),
        "reward": split(
            "ein handgeschriebener Zettel|ein schief gesungenes Lied|ein signiertes Foto|eine Sprachnachricht"
        ),
        "progress": split("Halbzeit.|Fast geschafft.|Gerade eröffnet.|Es fehlt nicht viel."),
        "slices": tuple(str(number) for number in range(6, 25)),
        "perk": split("Antwort zuerst|jeder Clip einen Tag früher|ein Wunsch im Monat|die Pannen"),
        "gift": split("ein Foto, das sonst niemand hat|eine Sprachnachricht|eine Postkarte|die Pannen des Monats"),
        "peek": split("Noch zu?|Geschaut und weg.|Hab dich gesehen.|Halb gucken zählt nicht.|Das Licht ist noch an."),
        "back": split(
            "Was hat dich abgehalten?|Soll ich es aufheben?|Ein Tipp genügt.|Ja oder noch nicht?|Es beißt nicht."
        ),
        "nudge": split("Es liegt noch oben.|Gleicher Preis.|Das Beste kommt am Schluss.|Es wartet oben.|Los."),
        "inside": split(
            "Alles noch drin, ein Preis.|Zur Erinnerung: alles zusammen, nichts extra.|Fotos und Clips warten noch."
        ),
        "cheer": split("Congratulations an alle, die geöffnet haben.|Prost, ihr wart schnell.|Congrats an die Ersten."),
        "next": split("Der nächste Teil ist schon gedreht.|Ohne diesen versteht man den nächsten nicht.|Fang hier an."),
    },
}
BANKS: dict[Language, Banks] = {language: {**_EVERYDAY[language], **_OFFERS[language]} for language in _EVERYDAY}
EMOJI = ("🧭", "🌊", "☕", "🍋", "🪩", "🧦", "🐚", "🎈", "🌿", "🫶", "⛵", "🥐", "🔑", "📮", "🪁", "💙")
LATE_WORDS = {"en": ("honestly", "still", "okay"), "es": ("de verdad", "vale"), "de": ("ehrlich", "ja")}
