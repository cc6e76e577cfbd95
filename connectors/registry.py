"""The source kinds: one line each. Keep out: everything else."""

from connectors.asterisk import Asterisk
from connectors.base import Source
from connectors.dealertrack import Dealertrack
from connectors.files import Files
from connectors.shopware import ShopWare

KINDS: dict[str, type[Source]] = {
    "asterisk": Asterisk,
    "dealertrack": Dealertrack,
    "files": Files,
    "shopware": ShopWare,
}
