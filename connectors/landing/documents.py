"""Documents land whole or not at all: a header with its children, one version at a time.

Belongs here: which rows form a document and what refuses it. Keep out: single rows (rules), versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import polars as pl

from connectors.landing.intake import Maps, Taken
from connectors.landing.refused import DOC, PLACE, Schema, joined, refuse
from data_contracts.contract import Contract, Rule
from data_contracts.rules import names_in_order

CAUSE: Schema = {"_head": pl.Int64, "rule": pl.String, "column_name": pl.String, "message": pl.String}


def settle(header: Contract, taken: Mapping[str, Taken], maps: Maps) -> dict[str, Taken]:
    """Gives children their `_head` (the header's `_id`) and moves rows of refused documents to refused."""
    top = taken[header.table]
    children = {name: item for name, item in taken.items() if name != header.table}
    top, twins = _once(top, [*_batch(), "_doc"])
    heads = pl.concat([top.valid.select(*PLACE, "_doc"), top.refused.select(*PLACE, "_doc")])
    causes = [twins.rename({"_id": "_head"}), _refused_heads(header, top)]
    linked: dict[str, Taken] = {}
    for name, child in children.items():
        item, twins = _once(_link(child, heads), ["_head", *child.contract.key])
        linked[name] = item
        causes += [_of_children(item, twins), _refused_children(item)]
    causes += [_no_child(rule, top, linked, maps) for rule in header.rules if rule.kind == "needsChild"]
    bad = (
        pl.concat(causes)
        .filter(pl.col("_head").is_not_null())
        .unique("_head", keep="first", maintain_order=True)
    )
    settled = {header.table: _split(_headed(top), bad, own=True)}
    return settled | {name: _split(item, bad, own=False) for name, item in linked.items()}


def group(taken: Taken) -> Taken:
    """A growing group: a row that stands twice is taken once, one that contradicts another is refused."""
    item, twins = _once(taken, ["_batch", *taken.contract.key])
    bad = twins.rename({"_id": "_head"})
    return _split(_headed(item), bad, own=True)


def _batch() -> list[str]:
    return ["_batch", "_page"]


def _headed(item: Taken) -> Taken:
    item.valid = item.valid.with_columns(_head=pl.col("_id"))
    item.refused = item.refused.with_columns(_head=pl.col("_id"))
    return item


def _once(item: Taken, by: list[str]) -> tuple[Taken, pl.DataFrame]:
    """Drops rows that repeat another one word by word; returns as causes those that contradict one."""
    again = item.valid.filter(pl.struct(by).is_duplicated())
    if again.is_empty():
        return item, pl.DataFrame(schema={"_id": pl.Int64, **CAUSE}).drop("_head")
    content = [*by, *names_in_order(item.contract), "_extra"]
    kept = again.unique(list(dict.fromkeys(content)), keep="first", maintain_order=True)
    dropped = again.join(kept.select("_id"), on="_id", how="anti")
    item.valid = item.valid.join(dropped.select("_id"), on="_id", how="anti", maintain_order="left")
    item.repeated += dropped.height
    contradict = kept.filter(pl.struct(by).is_duplicated())
    message = pl.format(
        f"{item.contract.table}: the key {{}} stands twice with different content",
        joined(item.contract.key, "|"),
    )
    causes = contradict.select(
        "_id",
        rule=pl.lit("duplicate_key"),
        column_name=pl.lit(item.contract.key[0]),
        message=message,
    )
    return item, causes


def _link(child: Taken, heads: pl.DataFrame) -> Taken:
    """The header of the same page, else of the nearest page before, else after."""
    child.valid = _with_head(child.valid, heads)
    child.refused = _with_head(child.refused, heads)
    return child


def _with_head(rows: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    right = heads.select("_batch", "_doc", "_page", _head="_id").sort("_page", "_head")
    left = rows.sort("_page")
    before = _nearest(left, right, "backward")
    lost = before.filter(pl.col("_head").is_null())
    if lost.is_empty() or right.is_empty():
        return before
    after = _nearest(lost.drop("_head"), right, "forward")
    return pl.concat([before.filter(pl.col("_head").is_not_null()), after.select(before.columns)])


def _nearest(left: pl.DataFrame, right: pl.DataFrame, side: Literal["backward", "forward"]) -> pl.DataFrame:
    by = ["_batch", "_doc"]
    return left.join_asof(right, on="_page", by=by, strategy=side, check_sortedness=False)


def _refused_heads(header: Contract, top: Taken) -> pl.DataFrame:
    return top.refused.select(_head="_id", rule="rule", column_name="column_name", message="message")


def _refused_children(item: Taken) -> pl.DataFrame:
    return item.refused.select(
        "_head", rule=pl.lit("document_refused"), column_name="column_name", message="message"
    )


def _of_children(item: Taken, twins: pl.DataFrame) -> pl.DataFrame:
    heads = item.valid.select("_id", "_head")
    return twins.join(heads, on="_id", how="inner").select(*CAUSE)


def _no_child(rule: Rule, top: Taken, children: Mapping[str, Taken], maps: Maps) -> pl.DataFrame:
    """Headers with money that no child explains; a deletion brings no children, nor does a void.

    The rule names canonical values; a column whose words are the site's own is read through its map."""
    said = rule.arguments
    money = pl.any_horizontal(pl.col(said["money"]).fill_null(0) != 0)
    unless = said.get("unless")
    if unless:
        words = maps.get((top.contract.table, unless["column"]), {})
        said_in_ours = pl.col(unless["column"]).replace(dict(words)) if words else pl.col(unless["column"])
        money &= ~said_in_ours.is_in(list(unless["in"])).fill_null(value=False)
    if top.contract.deleted_column:
        money &= ~pl.col(top.contract.deleted_column).fill_null(value=False)
    child = children[said["table"]]
    explained = pl.concat([child.valid.select("_head"), child.refused.select("_head")])
    bare = top.valid.filter(money).join(explained, left_on="_id", right_on="_head", how="anti")
    message = f"{top.contract.table}: has money in its header and no {said['table']}. {rule.description}"
    return bare.select(
        _head="_id",
        rule=pl.lit(rule.name),
        column_name=pl.lit(said["money"][0]),
        message=pl.lit(message),
    )


def _split(item: Taken, bad: pl.DataFrame, own: bool) -> Taken:
    """Valid rows of refused documents, and children without a header, become records."""
    table = item.contract.table
    rows = item.valid.join(bad.select(*CAUSE), on="_head", how="left", maintain_order="left")
    orphan = pl.col("_head").is_null()
    lost = rows.filter(pl.col("rule").is_not_null() | orphan)
    item.valid = rows.filter(pl.col("rule").is_null() & ~orphan).drop("rule", "column_name", "message")
    item.refused = item.refused.drop("_head")
    if lost.is_empty():
        return item
    doc = pl.col("_doc").str.replace_all(DOC, "|", literal=True)
    parent = item.contract.document.parent if item.contract.document else None
    orphaned = pl.format(f"{table}: its {parent} {{}} is not in the delivery", doc)
    of_document = pl.format(f"{table}: its document {{}} is refused: {{}}", doc, pl.col("message"))
    reasons = lost.select(
        rule=pl.when(orphan)
        .then(pl.lit("orphan_line"))
        .otherwise(pl.col("rule") if own else pl.lit("document_refused")),
        column_name="column_name",
        value=pl.lit(None, pl.String),
        message=pl.when(orphan).then(orphaned).otherwise(pl.col("message") if own else of_document),
    )
    item.refused = pl.concat([item.refused, refuse(item.contract, lost, reasons)])
    return item
