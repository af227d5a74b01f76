"""What makes a service run, as far as it can be seen without running one."""
