"""The source kinds: one line each. Keep out: everything else."""

from connectors.asterisk import Asterisk
from connectors.base import Source
from connectors.dealertrack import Dealertrack
from connectors.files import Files
from connectors.iif import Iif
from connectors.shopdata import Shopdata
from connectors.shopware import ShopWare
from connectors.sql.source import Sql
from connectors.star import Star

KINDS: dict[str, type[Source]] = {
    "asterisk": Asterisk,
    "dealertrack": Dealertrack,
    "files": Files,
    "iif": Iif,
    "shopdata": Shopdata,
    "shopware": ShopWare,
    "sql": Sql,
    "star": Star,
}
