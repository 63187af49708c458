package timestream

import "time"

// SetClock gives the connector another clock.
func (c *Connector) SetClock(now func() time.Time) {
	c.now, c.facts.tables.now, c.facts.account.now, c.weights.now = now, now, now, now
}
