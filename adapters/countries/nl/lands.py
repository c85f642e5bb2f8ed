"""Dutch words for countries and nationalities, one line for each ISO 3166-1 alpha-3 code, and XK.

A line is `code|names of the country|nationality`, several words separated by `/`; the first is the one that
is written. States that no longer exist (ISO 3166-3) are birth countries only; the ICAO 9303 codes XXA to
XXX say that a person has no, or no stated, nationality. A territory without its own nationality has none.
"""

from __future__ import annotations

from adapters.mapping.lands import words_of

_LANDS = """\
ABW|Aruba|
AFG|Afghanistan|Afghaanse
AGO|Angola|Angolese
AIA|Anguilla|
ALA|Ålandseilanden|
ALB|Albanië|Albanese
AND|Andorra|Andorrese
ARE|Verenigde Arabische Emiraten/VAE|Emiratische
ARG|Argentinië|Argentijnse
ARM|Armenië|Armeense
ASM|Amerikaans-Samoa|
ATA|Antarctica|
ATF|Franse Zuidelijke Gebieden|
ATG|Antigua en Barbuda|Antiguaanse
AUS|Australië|Australische
AUT|Oostenrijk|Oostenrijkse
AZE|Azerbeidzjan|Azerbeidzjaanse
BDI|Burundi|Burundese
BEL|België|Belgische
BEN|Benin|Beninse
BES|Caribisch Nederland/Bonaire, Sint Eustatius en Saba|
BFA|Burkina Faso|Burkinese
BGD|Bangladesh|Bengalese
BGR|Bulgarije|Bulgaarse
BHR|Bahrein|Bahreinse
BHS|Bahama's|Bahamaanse
BIH|Bosnië en Herzegovina/Bosnië-Herzegovina|Bosnische
BLM|Saint-Barthélemy|
BLR|Belarus/Wit-Rusland|Belarussische/Wit-Russische
BLZ|Belize|Belizaanse
BMU|Bermuda|
BOL|Bolivia|Boliviaanse
BRA|Brazilië|Braziliaanse
BRB|Barbados|Barbadiaanse
BRN|Brunei|Bruneise
BTN|Bhutan|Bhutaanse
BVT|Bouveteiland|
BWA|Botswana|Botswaanse
CAF|Centraal-Afrikaanse Republiek|Centraal-Afrikaanse
CAN|Canada|Canadese
CCK|Cocoseilanden|
CHE|Zwitserland|Zwitserse
CHL|Chili|Chileense
CHN|China|Chinese
CIV|Ivoorkust|Ivoriaanse
CMR|Kameroen|Kameroense
COD|Democratische Republiek Congo/Congo-Kinshasa|Congolese (Kinshasa)
COG|Congo-Brazzaville/Republiek Congo|Congolese (Brazzaville)
COK|Cookeilanden|
COL|Colombia|Colombiaanse
COM|Comoren|Comorese
CPV|Kaapverdië|Kaapverdische
CRI|Costa Rica|Costa Ricaanse
CUB|Cuba|Cubaanse
CUW|Curaçao|
CXR|Christmaseiland|
CYM|Kaaimaneilanden|
CYP|Cyprus|Cypriotische
CZE|Tsjechië|Tsjechische
DEU|Duitsland|Duitse
DJI|Djibouti|Djiboutiaanse
DMA|Dominica|Dominicaanse (Dominica)
DNK|Denemarken|Deense
DOM|Dominicaanse Republiek|Dominicaanse
DZA|Algerije|Algerijnse
ECU|Ecuador|Ecuadoraanse
EGY|Egypte|Egyptische
ERI|Eritrea|Eritrese
ESH|Westelijke Sahara|Sahrawi
ESP|Spanje|Spaanse
EST|Estland|Estse/Estlandse
ETH|Ethiopië|Ethiopische
FIN|Finland|Finse
FJI|Fiji|Fijische
FLK|Falklandeilanden|
FRA|Frankrijk|Franse
FRO|Faeröer|
FSM|Micronesië|Micronesische
GAB|Gabon|Gabonese
GBR|Verenigd Koninkrijk/Groot-Brittannië|Britse
GEO|Georgië|Georgische
GGY|Guernsey|
GHA|Ghana|Ghanese
GIB|Gibraltar|
GIN|Guinee|Guinese
GLP|Guadeloupe|
GMB|Gambia|Gambiaanse
GNB|Guinee-Bissau|Guinee-Bissause
GNQ|Equatoriaal-Guinea|Equatoriaal-Guinese
GRC|Griekenland|Griekse
GRD|Grenada|Grenadaanse
GRL|Groenland|
GTM|Guatemala|Guatemalaanse
GUF|Frans-Guyana|
GUM|Guam|
GUY|Guyana|Guyaanse
HKG|Hongkong|
HMD|Heard en McDonaldeilanden|
HND|Honduras|Hondurese
HRV|Kroatië|Kroatische
HTI|Haïti|Haïtiaanse
HUN|Hongarije|Hongaarse
IDN|Indonesië|Indonesische
IMN|Man|
IND|India|Indiase
IOT|Brits Indische Oceaanterritorium|
IRL|Ierland|Ierse
IRN|Iran|Iraanse
IRQ|Irak|Iraakse
ISL|IJsland|IJslandse
ISR|Israël|Israëlische
ITA|Italië|Italiaanse
JAM|Jamaica|Jamaicaanse
JEY|Jersey|
JOR|Jordanië|Jordaanse
JPN|Japan|Japanse
KAZ|Kazachstan|Kazachse/Kazachstaanse
KEN|Kenia|Keniaanse
KGZ|Kirgizië|Kirgizische
KHM|Cambodja|Cambodjaanse
KIR|Kiribati|Kiribatische
KNA|Saint Kitts en Nevis|Kittitiaanse
KOR|Zuid-Korea|Zuid-Koreaanse
KWT|Koeweit|Koeweitse
LAO|Laos|Laotiaanse
LBN|Libanon|Libanese
LBR|Liberia|Liberiaanse
LBY|Libië|Libische
LCA|Saint Lucia|Saint Luciaanse
LIE|Liechtenstein|Liechtensteinse
LKA|Sri Lanka|Sri Lankaanse
LSO|Lesotho|Lesothaanse
LTU|Litouwen|Litouwse
LUX|Luxemburg|Luxemburgse
LVA|Letland|Letse/Letlandse
MAC|Macau|
MAF|Saint-Martin|
MAR|Marokko|Marokkaanse
MCO|Monaco|Monegaskische
MDA|Moldavië|Moldavische
MDG|Madagaskar|Malagassische
MDV|Maldiven|Maldivische
MEX|Mexico|Mexicaanse
MHL|Marshalleilanden|Marshalleilandse
MKD|Noord-Macedonië|Noord-Macedonische/Macedonische
MLI|Mali|Malinese
MLT|Malta|Maltese
MMR|Myanmar/Birma|Myanmarese/Birmese
MNE|Montenegro|Montenegrijnse
MNG|Mongolië|Mongolische
MNP|Noordelijke Marianen|
MOZ|Mozambique|Mozambikaanse
MRT|Mauritanië|Mauritaanse
MSR|Montserrat|
MTQ|Martinique|
MUS|Mauritius|Mauritiaanse
MWI|Malawi|Malawische
MYS|Maleisië|Maleisische
MYT|Mayotte|
NAM|Namibië|Namibische
NCL|Nieuw-Caledonië|
NER|Niger|Nigerese
NFK|Norfolk|
NGA|Nigeria|Nigeriaanse
NIC|Nicaragua|Nicaraguaanse
NIU|Niue|
NLD|Nederland/Holland|Nederlandse
NOR|Noorwegen|Noorse
NPL|Nepal|Nepalese
NRU|Nauru|Nauruaanse
NZL|Nieuw-Zeeland|Nieuw-Zeelandse
OMN|Oman|Omaanse
PAK|Pakistan|Pakistaanse
PAN|Panama|Panamese
PCN|Pitcairneilanden|
PER|Peru|Peruaanse
PHL|Filipijnen|Filipijnse
PLW|Palau|Palause
PNG|Papoea-Nieuw-Guinea|Papoea-Nieuw-Guinese
POL|Polen|Poolse
PRI|Puerto Rico|
PRK|Noord-Korea|Noord-Koreaanse
PRT|Portugal|Portugese
PRY|Paraguay|Paraguayaanse
PSE|Palestina/Palestijnse Gebieden|Palestijnse
PYF|Frans-Polynesië|
QAT|Qatar|Qatarese
REU|Réunion|
ROU|Roemenië|Roemeense
RUS|Rusland/Russische Federatie|Russische
RWA|Rwanda|Rwandese
SAU|Saoedi-Arabië|Saoedische/Saoedi-Arabische
SDN|Soedan|Soedanese
SEN|Senegal|Senegalese
SGP|Singapore|Singaporese
SGS|Zuid-Georgia en de Zuidelijke Sandwicheilanden|
SHN|Sint-Helena|
SJM|Spitsbergen en Jan Mayen|
SLB|Salomonseilanden|Salomonseilandse
SLE|Sierra Leone|Sierra Leoonse
SLV|El Salvador|Salvadoraanse
SMR|San Marino|San Marinese
SOM|Somalië|Somalische
SPM|Saint-Pierre en Miquelon|
SRB|Servië|Servische
SSD|Zuid-Soedan|Zuid-Soedanese
STP|Sao Tomé en Principe|Santomese
SUR|Suriname|Surinaamse
SVK|Slowakije|Slowaakse
SVN|Slovenië|Sloveense
SWE|Zweden|Zweedse
SWZ|Eswatini/Swaziland|Swazische
SXM|Sint Maarten|
SYC|Seychellen|Seychelse
SYR|Syrië|Syrische
TCA|Turks- en Caicoseilanden|
TCD|Tsjaad|Tsjadische
TGO|Togo|Togolese
THA|Thailand|Thaise
TJK|Tadzjikistan|Tadzjiekse
TKL|Tokelau|
TKM|Turkmenistan|Turkmeense
TLS|Oost-Timor|Oost-Timorese
TON|Tonga|Tongaanse
TTO|Trinidad en Tobago|Trinidadse
TUN|Tunesië|Tunesische
TUR|Turkije|Turkse
TUV|Tuvalu|Tuvaluaanse
TWN|Taiwan|Taiwanese
TZA|Tanzania|Tanzaniaanse
UGA|Oeganda/Uganda|Oegandese/Ugandese
UKR|Oekraïne|Oekraïense
UMI|Kleine afgelegen eilanden van de Verenigde Staten|
URY|Uruguay|Uruguayaanse
USA|Verenigde Staten/Verenigde Staten van Amerika/VS|Amerikaanse
UZB|Oezbekistan|Oezbeekse
VAT|Vaticaanstad|Vaticaanse
VCT|Saint Vincent en de Grenadines|Saint Vincentse
VEN|Venezuela|Venezolaanse
VGB|Britse Maagdeneilanden|
VIR|Amerikaanse Maagdeneilanden|
VNM|Vietnam|Vietnamese
VUT|Vanuatu|Vanuatuaanse
WLF|Wallis en Futuna|
WSM|Samoa|Samoaanse
YEM|Jemen|Jemenitische
ZAF|Zuid-Afrika|Zuid-Afrikaanse
ZMB|Zambia|Zambiaanse
ZWE|Zimbabwe|Zimbabwaanse
XK|Kosovo|Kosovaarse
"""

_FORMER = """\
ANT|Nederlandse Antillen
CSK|Tsjechoslowakije/Tsjecho-Slowakije
DDR|Duitse Democratische Republiek/DDR
SCG|Servië en Montenegro
SUN|Sovjet-Unie/USSR
YUG|Joegoslavië
ZAR|Zaïre
"""

_WITHOUT_NATIONALITY = {
    "Staatloos": "XXA",
    "Staatloze": "XXA",
    "Erkend vluchteling": "XXB",
    "Vluchteling": "XXC",
    "Nationaliteit niet vastgesteld": "XXX",
}

COUNTRIES: dict[str, str] = words_of(_LANDS, 1)
"""Names of countries that exist."""
BIRTH_COUNTRIES: dict[str, str] = COUNTRIES | words_of(_FORMER, 1)
"""Names of countries in which somebody can have been born."""
NATIONALITIES: dict[str, str] = words_of(_LANDS, 2) | _WITHOUT_NATIONALITY
"""Adjectives as they stand behind "nationaliteit:"."""
