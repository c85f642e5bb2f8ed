"""Words of MISP's templates and taxonomies for canonical codes."""

from __future__ import annotations

from adapters.interface import Reason
from adapters.mapping.codes import CodeList, OpenList
from adapters.mapping.conversion import Note

GENDER = OpenList(
    "gender",
    {"Male": "1", "Female": "2", "Other": "9", "Unknown": "0", "Prefer not to say": "0", "M": "1", "F": "2"},
    {
        "Other": Note(Reason.COARSENED, "read as 9 (not applicable), the only value of ISO/IEC 5218 beside two"),
        "Prefer not to say": Note(Reason.COARSENED, "read as 0 (not known)"),
    },
)
_ONLY = "the word also says who may pass it on, and to whom; read as the code for onward sharing"
TLP = CodeList(
    "tlp",
    {"amber+strict": "none", "amber": "with_release", "green": "same_profile", "red": "none", "clear": None,
     "white": None},
    {
        "red": Note(Reason.COARSENED, "for named persons alone; read as no onward sharing"),
        "amber": Note(Reason.COARSENED, _ONLY),
        "green": Note(Reason.COARSENED, _ONLY),
        "clear": Note(Reason.COARSENED, "no limit is read from it: the event is for police"),
        "white": Note(Reason.COARSENED, "no limit is read from it: the event is for police"),
    },
)  # fmt: skip
"""Traffic Light Protocol: how far a recipient may pass something on."""
TLP_OF_ONWARD = {"none": "amber+strict", "with_release": "amber", "same_profile": "green"}

_SPREAD = Note(Reason.COARSENED, "how far MISP spreads an event; read as the code for onward sharing")
DISTRIBUTION = CodeList(
    "distribution",
    {"0": "none", "4": "none", "1": "with_release", "2": "with_release", "3": None},
    dict.fromkeys("01234", _SPREAD),
)
ONWARD_STRICTEST = ("none", "with_release", "same_profile")

PAP = CodeList(
    "PAP",
    {
        "red": "PAP:RED: act in no way that the persons concerned or others outside could detect.",
        "amber": "PAP:AMBER: check passively alone; do nothing that the persons concerned could detect.",
        "green": None,
        "clear": None,
        "white": None,
    },
    dict.fromkeys(
        ("green", "clear", "white"), Note(Reason.COARSENED, "permits active measures; nothing is read from it")
    ),
)
"""Permissible Actions Protocol: what limits action becomes the text of a handling note, which needs the code H3."""

_SCALE = Note(Reason.COARSENED, "the Admiralty scale is finer than Europol 4x4")
ADMIRALTY_SOURCE = CodeList(
    "admiralty-scale:source-reliability",
    {"a": "A", "b": "B", "c": "C", "d": "C", "e": "C", "f": "X"},
    dict.fromkeys("cdef", _SCALE),
)
ADMIRALTY_INFORMATION = CodeList(
    "admiralty-scale:information-credibility",
    {"1": "1", "2": "3", "3": "4", "4": "4", "5": "4", "6": "4"},
    dict.fromkeys("23456", _SCALE),
)
"""2 (probably true) is no knowledge of the source's own, so that it is 3 in Europol 4x4 at best."""

VEHICLE = OpenList(
    "vehicle types",
    {
        "car": "car", "taxi": "car", "van": "van", "camper van": "van", "truck": "lorry", "bus": "bus",
        "motorcycle": "motorcycle", "scooter": "motorcycle", "trailer": "trailer", "caravan": "trailer",
        "boat": "vessel", "aircraft": "aircraft", "other": "other", "bicycle": "other", "tractor": "other",
    },
    dict.fromkeys(
        ("taxi", "camper van", "scooter", "caravan", "bicycle", "tractor"), Note(Reason.COARSENED, "a broader kind")
    ),
)  # fmt: skip
TRANSPORT = OpenList(
    "types of transport",
    {"Plane": "aircraft", "Train": "train", "Bus": "bus", "Ferry": "ship", "Taxi": "car", "Metro": "train",
     "Other": "other", "Car": "car", "Lorry": "lorry", "Foot": "foot", "Unknown": "unknown"},
    dict.fromkeys(("Ferry", "Taxi", "Metro"), Note(Reason.COARSENED, "a broader kind")),
)  # fmt: skip
BODY_PART = OpenList(
    "body parts",
    {
        "head": "head", "face": "face", "neck": "neck", "chest": "chest", "back": "back", "abdomen": "abdomen",
        "arm left": "arm_left", "arm right": "arm_right", "hand left": "hand_left", "hand right": "hand_right",
        "leg left": "leg_left", "leg right": "leg_right", "foot left": "foot_left", "foot right": "foot_right",
        "other": "other", "forehead": "head", "ear": "head", "eye": "face", "mouth/lips": "face",
        "shoulder": "other", "elbow": "other", "arm": "other", "forearm": "other", "hand": "other", "finger": "other",
        "thigh": "other", "knee": "other", "calf": "other", "heel": "other", "foot": "other", "toe": "other",
    },
    dict.fromkeys(
        ("forehead", "ear", "eye", "mouth/lips", "shoulder", "elbow", "arm", "forearm", "hand", "finger", "thigh",
         "knee", "calf", "heel", "foot", "toe"),
        Note(Reason.COARSENED, "the canonical list has the side, or a larger part of the body"),
    ),
)  # fmt: skip
YES_NO = CodeList("yes or no", {"yes": True, "no": False})
THIRD_COUNTRIES = CodeList("third-countries", {"forbidden": True, "allowed": False})
