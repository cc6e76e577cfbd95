"""Kind `shopware`: repair orders by the V2 API (cursor), the lists around them by V1 (page numbers)."""

from connectors.shopware.source import ShopWare

__all__ = ["ShopWare"]
