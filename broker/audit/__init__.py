"""Make the decisions of the broker provable: the tree, its checkpoints, and the auditor's replay."""
