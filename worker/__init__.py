"""The RQ worker process, its jobs and the sweeper."""
