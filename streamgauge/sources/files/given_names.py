"""Common given names of many languages, by which a column of people is told from one of things."""

import re

from streamgauge.sources.files.months import bare

# Left out is what is also a usual word for work: Mark, Bill, Grant, Will, Sue, Jack, Max, June, August and the like.
_NAMES = """
aaron abdul abdullah abigail adam adel adrian adriana agata agnes agnieszka ahmad ahmed aidan akira alain alan albert
alberto alejandra alejandro aleksander aleksandra alessandra alessandro alessia alex alexander alexandra alexandre
alexei alexis alfonso alfred alfredo ali alice alicia alina alison allison alma alvaro amanda amelia amelie amina amir
amit amy ana anastasia anders andre andrea andreas andree andrei andres andrew andrzej andy angela angelika angelo
anil anita anja ankit ann anna annalena anne annegret annelie annemarie annette annika anthony antje antoine anton
antonia antonio antony anusha aoife arjun armando armin arnaud arne arnold arthur arturo arun asha ashley ashok astrid
audrey aurelie axel ayse barbara bart bartosz bastian beata beatrice beatrix beatriz ben benedikt benjamin benoit
bernard bernd bernhard bert bettina birgit bjorn blanca bob bogdan brandon brenda brian brigitte britta bruno burak
caitlin camila camille carina carla carlo carlos carmen carol carolin carolina caroline carsten catarina catherine
cecilia cedric celine cesar chantal charles charlotte chen chiara chloe chris christa christel christian christiane
christina christine christof christoph christophe christopher ciara claire clara claudia claudio clemens colin connor
conrad constanze corinna corinne cornelia craig cristian cristina cynthia dagmar damian damien daniel daniela daniele
danielle danny dario david davide deborah deepak denis denise dennis derek diana diane diego dieter dietmar dimitri
dirk dmitri dmitry dominic dominik dominique donald donna doris dorota dorothea dorothy douglas duncan eberhard eddie
edgar edith eduardo edward edwin eileen elena eleonora elias elif elisa elisabeth elise elizabeth elke ellen elsa
elvira emil emilia emilie emily emma emmanuel enrico enrique eric erica erich erik erika ernst esra esteban esther
eugen eva evelyn ewa fabian fabien fabio fabrice fatima fatma federica federico felipe felix ferdinand fernanda
fernando filip filippo fiona florence florian francesca francesco francis francisca francisco francois francoise frank
franz franziska fred frederic frederik friedrich fritz gabriel gabriela gabriele gareth gary gaurav geert geoffrey
georg george georges gerald gerard gerd gerhard gerrit gianluca gilles gina giorgio giovanni gisela giulia giuseppe
gloria gonzalo gordon grazyna greg gregor gregory grzegorz guido guillaume guillermo gunnar gunter gustav gustavo
hanna hannah hannes hans harald harold harry hasan hassan hector heidi heike heiko heinrich heinz helen helena helene
helga helmut hendrik henri henrik henry herbert hermann hilda holger horst howard hubert hugo huseyin ian ibrahim ida
ignacio igor ilona ilse imran ina ines inga inge ingo ingrid irena irene irina iris isaac isabel isabella isabelle
ismail ivan ivana jacek jacob jacqueline jacques jaime jakob jakub james jan jana jane janet janina janine jannik
jason javier jean jeanette jeff jeffrey jennifer jenny jens jeremy jerome jerzy jessica jesus jette jill jim jin
joachim joan joana joanna joao jochen joe joel joerg johan johann johanna johannes john johnny jolanta jon jonas
jonathan jordi jorg jorge jose josef josefine joseph josephine joshua joyce juan judith judy juergen julia julian
juliana juliane julie julien juliette julio jurgen justyna jutta kai kamil karen karim karin karina karl karla
karolina karsten kasia katarina katarzyna kate katharina katherine kathleen kathrin kathryn katja katrin kayla keith
kelly ken kenneth kerstin kevin khaled kim kirsten kirstin klara klaus konrad konstantin kristian kristin kristina
krzysztof kumar kurt kyle lars laszlo laura laurence laurent laurie lea leah lena lennart leo leon leonard leonardo
leonie leopold leticia lewis liam lieselotte lilian liliana lina linda lindsay lisa livia loic lorena lorenzo lothar
lotte lou louis louisa louise luca lucas lucia luciana lucie lucy ludwig luigi luis luisa lukas lukasz luke lutz lydia
maciej madeleine magda magdalena magnus mahmoud maja malgorzata malte mandy manfred manoj manon manuel manuela mara
marc marcel marcela marcin marco marcos marcus marek margaret margarete margarita margot maria marian mariana marianne
marie marika marina mario marion marisa marit marius markus marlene marta martha martin martina martine mary mateo
mateusz mathias mathieu mathilde matteo matthew matthias maura maureen maurice mauricio maurizio maximilian megan
mehdi mehmet melanie melissa mercedes mia michael michaela michal michel michela michele michelle miguel mihai mike
mikhail milan milena minh miriam mirko miroslav mohamed mohammad mohammed mohit moises monica monika monique moritz
muhammad murat mustafa nadia nadine nadja nancy naomi natalia natalie natascha nathalie nathan neha neil nele nicola
nicolas nicole niels nigel nikola nikolai nikolaus nils nina nishant noah noemi nora norbert noura olaf ole oleg olena
olga oliver olivia olivier omar oscar oskar osman otto owen pablo pamela paola paolo pascal patricia patrick patrizia
patryk paul paula paulina pauline paulo pavel pawel pedro peggy peter petra philip philipp philippe phillip pierre
piet pieter pietro pilar piotr pooja priya rachel radek rafael rahul raimund rainer rajesh ralf ralph ramon randy
raphael raquel rasmus raul raymond rebecca regina reiner reinhard remi renata renate rene ricarda ricardo riccardo
richard rita robert roberta roberto robin rodrigo roger rohit roland rolf roman ronald ronny rosa rosalie rosemarie
ross roswitha roxana ruben rudi rudolf rui rupert russell ruth ryan sabina sabine sabrina said salma salvatore sam
samantha samir samira samuel sandeep sandra sanjay sara sarah sascha saskia scott sean sebastian selina serena serge
sergei sergio severin shane shannon sharon shawn sheila shreya sigrid silke silvia simon simona simone slawomir sofia
sofie sonia sonja sophia sophie soren stacey stefan stefania stefanie stefano steffen stephan stephane stephanie
stephen steve steven stuart sunil suresh susan susana susanne svein sven svenja svetlana swen sylvia sylvie sylwia
tamara tania tanja tatjana ted teresa terry theo theodor theresa therese thomas thorsten tiago till tim timo timothy
tina tobias todd tom tomas tomasz tommy toni tony torben torsten tracy tristan udo ulf ulla ulrich ulrike ursula ute
uwe vadim valentin valentina valerie vanessa vera veronica veronika vicente victor vijay vikram viktor viktoria
vincent vincenzo virginia vivian vladimir volker walter waltraud wanda wei wendy werner wilhelm willem william
winfried wojciech wolfgang xavier xiao yan yang yannick yasmin yolanda yuki yusuf yves yvonne zeynep zofia zuzana
"""
_KNOWN = frozenset(_NAMES.split())
_WORD = r"[^\W\d_][\w'’.\-]*"
_FULL = re.compile(rf"(?:(?:Dr|Prof|Mr|Mrs|Ms|Herr|Frau|Mme|Sra?)\.?\s+)*({_WORD})((?:\s+{_WORD}){{1,3}})")
_TURNED = re.compile(rf"{_WORD}(?:[ \-]{_WORD})?,\s*({_WORD})(?:\s+{_WORD}){{0,2}}")


def is_full(text: str) -> bool:
    """Return whether a text has the form of a full name: two to four words that begin with capitals."""
    words = text.replace(",", " ").split()
    return (_FULL.fullmatch(text) or _TURNED.fullmatch(text)) is not None and sum(w[0].isupper() for w in words) > 1


def is_known(text: str) -> bool:
    """Return whether a full name has a common given name in its place."""
    found = _TURNED.fullmatch(text) or _FULL.fullmatch(text)
    return found is not None and any(bare(part) in _KNOWN for part in found[1].split("-"))


def is_given(word: str) -> bool:
    """Return whether a single word is a common given name."""
    return bare(word) in _KNOWN
