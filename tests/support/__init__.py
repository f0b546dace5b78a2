"""What several folders of tests use; a folder's own helpers lie beside its tests."""
