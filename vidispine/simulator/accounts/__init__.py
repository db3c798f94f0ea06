"""Users, groups, roles, access keys, tokens and access control."""
