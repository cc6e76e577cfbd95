"""How to read a shop whose system can only be reached from its own network.

A small agent runs beside the DMS: `tieout pull --connection chi_dms`, every night from its own cron. It lands in its own
home and sends to object storage. The company's home fetches from there and builds. Both use the same tieout.yml."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from howto_shop import Dms, company

from connectors.landing import packing
from connectors.landing.landing import manifests
from connectors.landing.remote import Remote
from orchestration import verdict
from orchestration.warehouse import BuildResult

SETTINGS = """
company: {name: Two Shops}
sites:
  chi: {name: Chicago, timezone: America/Chicago}
connections:
  chi_dms:
    kind: sql
    url: sqlite:///${CHI_DMS}/dms.db    # a server's password, elsewhere: set on the shop's PC only
    mapping: mapping.yml
    agent: true                         # pulled beside the DMS, fetched everywhere else
    sites: {"S1": chi}
landing:
  url: s3://two-shops/landing
  options:
    key: ${LANDING_KEY}
    secret: ${LANDING_SECRET}
    endpoint_url: ${LANDING_ENDPOINT}
"""


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 server on this machine, with one bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    login = {"aws_access_key_id": "reader", "aws_secret_access_key": "hush", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=address, **login).create_bucket(Bucket="two-shops")
    yield address
    server.stop()


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Which pulls each build finds; what it makes of them is told elsewhere."""
    found: list[list[str]] = []

    def build(config: Any, *_: Any, **__: Any) -> BuildResult:
        config.described("chi_dms").maps()  # without the shop's password
        found.append([said.pull_id for said in manifests(config.home)])
        return BuildResult(f"b{len(found)}", False, "", nothing_new=False)

    monkeypatch.setattr(verdict, "build_warehouse", build)
    return found


def test_a_site_agent_sends_what_it_pulls_and_the_company_builds_on_it(
    tmp_path: Path,
    tieout: Callable[..., Any],
    endpoint: str,
    builds: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The shop's PC and the company's server have the same tieout.yml, and each its own home.
    shop, office = tmp_path / "shop", tmp_path / "office"
    company(shop, SETTINGS)
    company(office, SETTINGS)
    for variable, value in {"KEY": "reader", "SECRET": "hush", "ENDPOINT": endpoint}.items():
        monkeypatch.setenv(f"LANDING_{variable}", value)
    system = Dms(tmp_path / "dms")
    system.sell(1, days_ago=2, amount="80.00")

    # Beside the DMS. Only here is its address known.
    with monkeypatch.context() as at_the_shop:
        at_the_shop.setenv("CHI_DMS", str(tmp_path / "dms"))
        (pulled,) = tieout(shop, "pull", "--connection", "chi_dms")["pulled"]
    assert pulled["tables"]["tender"]["landed"] == 1

    # What was sent: the files of the pull, and its manifest, which was written last and without which it is not there.
    options = {"key": "reader", "secret": "hush", "endpoint_url": endpoint}
    assert Remote("s3://two-shops/landing", options).pulls("chi_dms") == {pulled["pull_id"]}

    # In the office. The nightly run fetches, and asks nobody for the shop's password. (`build`: see `builds` above.)
    tieout(office, "build")
    assert builds == [[pulled["pull_id"]]]
    assert rows(office) == rows(shop) != []

    # The next night: the shop sells, its agent pulls, the office run says what it has fetched.
    system.sell(2, days_ago=1, amount="45.00")
    with monkeypatch.context() as at_the_shop:
        at_the_shop.setenv("CHI_DMS", str(tmp_path / "dms"))
        tieout(shop, "pull", "--connection", "chi_dms")
    (fetched,) = tieout(office, "pull")["pulled"]
    assert (fetched["fetched"], fetched["tables"]["tender"]["landed"]) == (1, 1)
    assert rows(office) == rows(shop)

    # The shop's PC dies. The new one fetches what the old one had sent, and goes on where it was.
    replaced = tmp_path / "new_pc"
    company(replaced, SETTINGS)
    with monkeypatch.context() as at_the_shop:
        at_the_shop.setenv("CHI_DMS", str(tmp_path / "dms"))
        (pulled,) = tieout(replaced, "pull", "--connection", "chi_dms")["pulled"]
    assert (pulled["tables"]["tender"]["landed"], pulled["tables"]["tender"]["unchanged"]) == (0, 2)

    # Storage that cannot be read is told in words, without the secret. Nothing is lost: the next pull sends it.
    company(office, SETTINGS.replace("s3://two-shops", "s3://three-shops"))
    told = str(tieout(office, "pull", fails=1))
    assert "landing s3://three-shops/landing: cannot be read (The specified bucket does not exist)" in told
    assert "hush" not in told


def rows(home: Path) -> list[tuple[Any, ...]]:
    import polars as pl

    files = packing.files_for(home, [(said.connection, said.pull_id) for said in manifests(home)])
    return sorted(row for file, _ in files["sql", "tender"] for row in pl.read_parquet(file).iter_rows())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("landing: two-shops", "landing.url: 'two-shops' is no address; write s3://bucket/folder"),
        ("landing: {url: s3://two-shops, options: {secret: hush}}", "landing.options.secret: a secret stands here"),
        ("landing: {adress: s3://two-shops}", "landing.adress: is not a setting"),
        ("", "connections.chi_dms.agent: nothing says where its pulls come from; add landing: s3://"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_its_fix(
    tmp_path: Path, tieout: Callable[..., Any], wrong: str, said: str
) -> None:
    company(tmp_path, SETTINGS.partition("landing:")[0] + wrong)
    told = tieout(tmp_path, "config", "check", fails=2)
    assert said in told
    assert "hush" not in told
