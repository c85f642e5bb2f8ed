"""German words for countries and nationalities, one line for each ISO 3166-1 alpha-3 code, and XK.

A line is `code|names of the country|nationality`, several words separated by `/`; the first is the one that is
written. The codes of ISO 3166-1 are read as well, and the D of ICAO 9303. States that no longer exist (ISO 3166-3)
are birth countries only; the ICAO 9303 codes XXA to XXX say that a person has no, or no stated, nationality.
"""

from __future__ import annotations

import pycountry

from adapters.mapping.lands import words_of

_LANDS = """\
ABW|Aruba|
AFG|Afghanistan|afghanisch
AGO|Angola|angolanisch
AIA|Anguilla|
ALA|Ålandinseln/Åland-Inseln|
ALB|Albanien|albanisch
AND|Andorra|andorranisch
ARE|Vereinigte Arabische Emirate/VAE|emiratisch/der Vereinigten Arabischen Emirate
ARG|Argentinien|argentinisch
ARM|Armenien|armenisch
ASM|Amerikanisch-Samoa|
ATA|Antarktis|
ATF|Französische Süd- und Antarktisgebiete|
ATG|Antigua und Barbuda|antiguanisch
AUS|Australien|australisch
AUT|Österreich/Oesterreich|österreichisch/oesterreichisch
AZE|Aserbaidschan|aserbaidschanisch
BDI|Burundi|burundisch
BEL|Belgien|belgisch
BEN|Benin|beninisch
BES|Bonaire, Sint Eustatius und Saba/Karibische Niederlande|
BFA|Burkina Faso|burkinisch
BGD|Bangladesch/Bangladesh|bangladeschisch
BGR|Bulgarien|bulgarisch
BHR|Bahrain|bahrainisch
BHS|Bahamas|bahamaisch
BIH|Bosnien und Herzegowina/Bosnien-Herzegowina|bosnisch-herzegowinisch/bosnisch
BLM|Saint-Barthélemy|
BLR|Belarus/Weißrussland|belarussisch/weißrussisch
BLZ|Belize|belizisch
BMU|Bermuda|
BOL|Bolivien|bolivianisch
BRA|Brasilien|brasilianisch
BRB|Barbados|barbadisch
BRN|Brunei/Brunei Darussalam|bruneiisch
BTN|Bhutan|bhutanisch
BVT|Bouvetinsel/Bouvet-Insel|
BWA|Botsuana/Botswana|botsuanisch
CAF|Zentralafrikanische Republik|zentralafrikanisch
CAN|Kanada|kanadisch
CCK|Kokosinseln|
CHE|Schweiz|schweizerisch/Schweizer
CHL|Chile|chilenisch
CHN|China/Volksrepublik China|chinesisch
CIV|Elfenbeinküste/Côte d'Ivoire|ivorisch
CMR|Kamerun|kamerunisch
COD|Demokratische Republik Kongo|kongolesisch (Demokratische Republik)
COG|Republik Kongo/Kongo|kongolesisch
COK|Cookinseln|
COL|Kolumbien|kolumbianisch
COM|Komoren|komorisch
CPV|Kap Verde/Cabo Verde|kapverdisch
CRI|Costa Rica|costa-ricanisch
CUB|Kuba|kubanisch
CUW|Curaçao|
CXR|Weihnachtsinsel|
CYM|Kaimaninseln/Cayman-Inseln|
CYP|Zypern|zyprisch
CZE|Tschechien/Tschechische Republik|tschechisch
DEU|Deutschland/Bundesrepublik Deutschland/BRD/D|deutsch/D
DJI|Dschibuti|dschibutisch
DMA|Dominica|dominicanisch
DNK|Dänemark/Daenemark|dänisch/daenisch
DOM|Dominikanische Republik|dominikanisch
DZA|Algerien|algerisch
ECU|Ecuador|ecuadorianisch
EGY|Ägypten/Aegypten|ägyptisch/aegyptisch
ERI|Eritrea|eritreisch
ESH|Westsahara|sahrauisch
ESP|Spanien|spanisch
EST|Estland|estnisch
ETH|Äthiopien/Aethiopien|äthiopisch/aethiopisch
FIN|Finnland|finnisch
FJI|Fidschi|fidschianisch
FLK|Falklandinseln|
FRA|Frankreich|französisch/franzoesisch
FRO|Färöer/Färöer-Inseln|
FSM|Mikronesien|mikronesisch
GAB|Gabun|gabunisch
GBR|Vereinigtes Königreich/Vereinigtes Koenigreich/Großbritannien|britisch
GEO|Georgien|georgisch
GGY|Guernsey|
GHA|Ghana|ghanaisch
GIB|Gibraltar|
GIN|Guinea|guineisch
GLP|Guadeloupe|
GMB|Gambia|gambisch
GNB|Guinea-Bissau|guinea-bissauisch
GNQ|Äquatorialguinea|äquatorialguineisch
GRC|Griechenland|griechisch
GRD|Grenada|grenadisch
GRL|Grönland|
GTM|Guatemala|guatemaltekisch
GUF|Französisch-Guayana/Französisch-Guyana|
GUM|Guam|
GUY|Guyana|guyanisch
HKG|Hongkong|
HMD|Heard und McDonaldinseln|
HND|Honduras|honduranisch
HRV|Kroatien|kroatisch
HTI|Haiti|haitianisch
HUN|Ungarn|ungarisch
IDN|Indonesien|indonesisch
IMN|Insel Man|
IND|Indien|indisch
IOT|Britisches Territorium im Indischen Ozean|
IRL|Irland|irisch
IRN|Iran|iranisch
IRQ|Irak|irakisch
ISL|Island|isländisch
ISR|Israel|israelisch
ITA|Italien|italienisch
JAM|Jamaika|jamaikanisch
JEY|Jersey|
JOR|Jordanien|jordanisch
JPN|Japan|japanisch
KAZ|Kasachstan|kasachisch
KEN|Kenia|kenianisch
KGZ|Kirgisistan|kirgisisch
KHM|Kambodscha|kambodschanisch
KIR|Kiribati|kiribatisch
KNA|St. Kitts und Nevis|von St. Kitts und Nevis
KOR|Südkorea/Suedkorea/Republik Korea|südkoreanisch
KWT|Kuwait|kuwaitisch
LAO|Laos|laotisch
LBN|Libanon|libanesisch
LBR|Liberia|liberianisch
LBY|Libyen|libysch
LCA|St. Lucia|lucianisch
LIE|Liechtenstein|liechtensteinisch
LKA|Sri Lanka|sri-lankisch
LSO|Lesotho|lesothisch
LTU|Litauen|litauisch
LUX|Luxemburg|luxemburgisch
LVA|Lettland|lettisch
MAC|Macau/Macao|
MAF|Saint-Martin|
MAR|Marokko|marokkanisch
MCO|Monaco|monegassisch
MDA|Moldau/Republik Moldau/Moldawien|moldauisch/moldawisch
MDG|Madagaskar|madagassisch
MDV|Malediven|maledivisch
MEX|Mexiko|mexikanisch
MHL|Marshallinseln|marshallisch
MKD|Nordmazedonien/Mazedonien|nordmazedonisch/mazedonisch
MLI|Mali|malisch
MLT|Malta|maltesisch
MMR|Myanmar/Birma|myanmarisch/birmanisch
MNE|Montenegro|montenegrinisch
MNG|Mongolei|mongolisch
MNP|Nördliche Marianen|
MOZ|Mosambik|mosambikanisch
MRT|Mauretanien|mauretanisch
MSR|Montserrat|
MTQ|Martinique|
MUS|Mauritius|mauritisch
MWI|Malawi|malawisch
MYS|Malaysia|malaysisch
MYT|Mayotte|
NAM|Namibia|namibisch
NCL|Neukaledonien|
NER|Niger|nigrisch
NFK|Norfolkinsel|
NGA|Nigeria|nigerianisch
NIC|Nicaragua|nicaraguanisch
NIU|Niue|
NLD|Niederlande/Holland|niederländisch/niederlaendisch
NOR|Norwegen|norwegisch
NPL|Nepal|nepalesisch
NRU|Nauru|nauruisch
NZL|Neuseeland|neuseeländisch
OMN|Oman|omanisch
PAK|Pakistan|pakistanisch
PAN|Panama|panamaisch
PCN|Pitcairninseln/Pitcairn|
PER|Peru|peruanisch
PHL|Philippinen|philippinisch
PLW|Palau|palauisch
PNG|Papua-Neuguinea|papua-neuguineisch
POL|Polen|polnisch
PRI|Puerto Rico|
PRK|Nordkorea|nordkoreanisch
PRT|Portugal|portugiesisch
PRY|Paraguay|paraguayisch
PSE|Palästina/Palästinensische Gebiete|palästinensisch
PYF|Französisch-Polynesien|
QAT|Katar|katarisch
REU|Réunion|
ROU|Rumänien/Rumaenien|rumänisch/rumaenisch
RUS|Russland/Russische Föderation|russisch
RWA|Ruanda|ruandisch
SAU|Saudi-Arabien|saudi-arabisch/saudisch
SDN|Sudan|sudanesisch
SEN|Senegal|senegalesisch
SGP|Singapur|singapurisch
SGS|Südgeorgien und die Südlichen Sandwichinseln|
SHN|St. Helena|
SJM|Spitzbergen und Jan Mayen|
SLB|Salomonen|salomonisch
SLE|Sierra Leone|sierra-leonisch
SLV|El Salvador|salvadorianisch
SMR|San Marino|san-marinesisch
SOM|Somalia|somalisch
SPM|St. Pierre und Miquelon|
SRB|Serbien|serbisch
SSD|Südsudan|südsudanesisch
STP|São Tomé und Príncipe|são-toméisch
SUR|Suriname|surinamisch
SVK|Slowakei/Slowakische Republik|slowakisch
SVN|Slowenien|slowenisch
SWE|Schweden|schwedisch
SWZ|Eswatini/Swasiland|eswatinisch/swasiländisch
SXM|Sint Maarten|
SYC|Seychellen|seychellisch
SYR|Syrien|syrisch
TCA|Turks- und Caicosinseln|
TCD|Tschad|tschadisch
TGO|Togo|togoisch
THA|Thailand|thailändisch/thailaendisch
TJK|Tadschikistan|tadschikisch
TKL|Tokelau|
TKM|Turkmenistan|turkmenisch
TLS|Timor-Leste/Osttimor|timorisch
TON|Tonga|tongaisch
TTO|Trinidad und Tobago|von Trinidad und Tobago
TUN|Tunesien|tunesisch
TUR|Türkei/Tuerkei|türkisch/tuerkisch
TUV|Tuvalu|tuvaluisch
TWN|Taiwan|taiwanisch
TZA|Tansania|tansanisch
UGA|Uganda|ugandisch
UKR|Ukraine|ukrainisch
UMI|Kleinere Amerikanische Überseeinseln|
URY|Uruguay|uruguayisch
USA|Vereinigte Staaten/Vereinigte Staaten von Amerika|amerikanisch/US-amerikanisch
UZB|Usbekistan|usbekisch
VAT|Vatikanstadt/Vatikan|vatikanisch
VCT|St. Vincent und die Grenadinen|vincentisch
VEN|Venezuela|venezolanisch
VGB|Britische Jungferninseln|
VIR|Amerikanische Jungferninseln|
VNM|Vietnam|vietnamesisch
VUT|Vanuatu|vanuatuisch
WLF|Wallis und Futuna|
WSM|Samoa|samoanisch
YEM|Jemen|jemenitisch
ZAF|Südafrika|südafrikanisch
ZMB|Sambia|sambisch
ZWE|Simbabwe|simbabwisch
XK|Kosovo|kosovarisch
"""

_FORMER = """\
ANT|Niederländische Antillen/ANT
CSK|Tschechoslowakei/CSSR/CSK
DDR|Deutsche Demokratische Republik/DDR
SCG|Serbien und Montenegro/SCG
SUN|Sowjetunion/UdSSR/SUN
YUG|Jugoslawien/YUG
ZAR|Zaire/ZAR
"""

_WITHOUT_NATIONALITY = {
    "staatenlos": "XXA",
    "XXA": "XXA",
    "anerkannter Flüchtling": "XXB",
    "XXB": "XXB",
    "Flüchtling": "XXC",
    "XXC": "XXC",
    "ungeklärt": "XXX",
    "ungeklaert": "XXX",
    "XXX": "XXX",
}


def _codes() -> dict[str, str]:
    """Return the codes of ISO 3166-1 with two and three letters, and those of Kosovo."""
    codes = {"XKX": "XK", "XK": "XK", "RKS": "XK"}
    for country in pycountry.countries:
        codes |= {country.alpha_3: country.alpha_3, country.alpha_2: country.alpha_3}
    return codes


COUNTRIES: dict[str, str] = words_of(_LANDS, 1) | _codes()
"""Names of countries that exist."""
BIRTH_COUNTRIES: dict[str, str] = COUNTRIES | words_of(_FORMER, 1)
"""Names of countries in which somebody can have been born."""
NATIONALITIES: dict[str, str] = words_of(_LANDS, 2) | _WITHOUT_NATIONALITY | words_of(_LANDS, 1) | _codes()
"""Adjectives, as in "Staatsangehörigkeit: deutsch", and names of countries, as many systems write them."""
