"""Names of months and days, as the languages of the usual tools write them."""

import unicodedata

_MONTHS = (
    (
        "jan january januar jänner janvier janv enero ene gennaio gen janeiro januari styczeń sty stycznia"
        " ian ianuarie leden"
    ),
    (
        "feb february februar feber février fevr fév febrero febbraio fevereiro fev februari luty lut lutego"
        " februarie únor"
    ),
    "mar march märz mrz mär mars marzo março maart mrt marzec marca martie březen",
    "apr april avril avr abril abr aprile kwiecień kwi kwietnia aprilie duben",
    "may mai mayo maggio mag maio mei maj maja květen",
    "jun june juni juin junio giugno giu junho jun czerwiec cze czerwca iunie červen",
    "jul july juli juillet juil julio luglio lug julho lipiec lip lipca iulie červenec",
    "aug august août aout agosto ago augustus augusti sierpień sie sierpnia srpen",
    "sep sept september septembre septiembre settembre set setembro wrzesień wrz września septembrie září",
    "oct october oktober okt octobre octubre ottobre ott outubro out październik paź października octombrie říjen",
    "nov november novembre noviembre novembro listopad lis listopada noiembrie",
    "dec december dezember dez décembre déc diciembre dic dicembre dezembro decembrie grudzień gru grudnia prosinec",
)
_DAYS = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday"
    " mo di mi do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend"
    " lun mar mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche"
    " lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica gio"
    " seg ter qua qui sex segunda terça quarta quinta sexta"
    " ma wo vr za zo maandag dinsdag woensdag donderdag vrijdag zaterdag zondag"
)


def bare(word: str) -> str:
    """Return a word in small letters without accents and dots."""
    split = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign) and sign != ".")


_NUMBERS = {bare(name): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = frozenset(bare(name) for name in _DAYS.split())


def month(word: str) -> int | None:
    """Return the number of a month, 1 to 12, by its name; null for any other word."""
    return _NUMBERS.get(bare(word))


def is_weekday(word: str) -> bool:
    """Return whether a word is the name of a day of the week."""
    return bare(word) in _WEEKDAYS
