"""The source kinds: one line each. Keep out: everything else."""

from connectors.asterisk import Asterisk
from connectors.base import Source
from connectors.callrail import CallRail
from connectors.cdk import Cdk
from connectors.dealertrack import Dealertrack
from connectors.files import Files
from connectors.freeswitch import FreeSwitch
from connectors.iif import Iif
from connectors.pbs import Pbs
from connectors.protractor.source import Protractor
from connectors.ringcentral import RingCentral
from connectors.shopdata import Shopdata
from connectors.shopmonkey import Shopmonkey
from connectors.shopware import ShopWare
from connectors.sql.source import Sql
from connectors.square import Square
from connectors.star import Star
from connectors.stripe import Stripe
from connectors.tekmetric import Tekmetric
from connectors.threecx import ThreeCx
from connectors.twilio import Twilio

KINDS: dict[str, type[Source]] = {
    "asterisk": Asterisk,
    "callrail": CallRail,
    "cdk": Cdk,
    "dealertrack": Dealertrack,
    "files": Files,
    "freeswitch": FreeSwitch,
    "iif": Iif,
    "pbs": Pbs,
    "protractor": Protractor,
    "ringcentral": RingCentral,
    "shopdata": Shopdata,
    "shopmonkey": Shopmonkey,
    "shopware": ShopWare,
    "sql": Sql,
    "square": Square,
    "star": Star,
    "stripe": Stripe,
    "tekmetric": Tekmetric,
    "threecx": ThreeCx,
    "twilio": Twilio,
}
