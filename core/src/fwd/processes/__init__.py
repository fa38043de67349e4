"""Other processes of this machine: whom they belong to, and whether they work."""
