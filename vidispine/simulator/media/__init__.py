"""Storages, files, shapes, images, transfers and notifications, and what jobs do to them."""
