"""Kind `sql`: any database through a mapping file. The connector is source.py."""
