"""What bench/compare is made of: brokers, scenarios, rounds, a report."""
