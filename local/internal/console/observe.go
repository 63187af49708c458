package console

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/awsapi"
)

// Invoker is the connector with its conversations observed.
func (r *Recorder) Invoker(connector awsapi.Invoker) awsapi.Invoker { return observed{r, connector} }

type observed struct {
	recorder *Recorder
	next     awsapi.Invoker
}

// Invoke implements [awsapi.Invoker].
func (o observed) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	c, request := o.recorder.begin(ctx, payload)
	if c == nil {
		return o.next.Invoke(ctx, payload)
	}
	answer, err := o.next.Invoke(awsapi.WithTrace(ctx, c.trace), payload)
	took := time.Since(c.begun)
	o.recorder.end(c, request, answer, err, took)
	return answer, err
}

// begin notes a request; nil for a payload that is none.
func (r *Recorder) begin(ctx context.Context, payload []byte) (*call, *client.Exchange) {
	m, version, err := message.Decode(payload)
	request, ok := m.(message.Request)
	if err != nil || !ok {
		return nil, nil
	}
	c := &call{
		Name: strings.TrimSuffix(m.Kind(), "Request"), Version: int(version), Running: true, RequestBytes: len(payload),
		Details: []detail{}, Statements: []*statement{}, Blocks: []mark{}, trace: newTrace(), begun: time.Now(),
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	of := r.conversationOf(ctx, request.Head().QueryID, c.begun)
	c.of, c.Start = of, of.since(c.begun)
	of.Calls++
	of.Running = true
	of.open++
	if _, reads := m.(*message.ReadRecordsRequest); reads {
		of.Splits++
	}
	if len(of.Exchanges) == maxExchanges || of.size > maxSize/4 {
		of.Dropped++
	} else {
		of.Exchanges = append(of.Exchanges, c)
		of.size += callSize
		r.traces[c.trace] = c
	}
	r.trim(of)
	return c, &client.Exchange{Request: m, Version: version, RequestBytes: len(payload)}
}

// conversationOf finds the query that a request is about, or notes a new one. r.mu is held.
func (r *Recorder) conversationOf(ctx context.Context, queryID string, now time.Time) *conversation {
	asked := askedIn(ctx)
	c := r.find(kindAthena, queryID)
	if asked != nil && asked.conversation != nil {
		c = asked.conversation
	}
	if c == nil {
		c = r.add(kindAthena, queryID, now)
	}
	if asked != nil {
		asked.conversation = c
		if c.SQL == "" {
			c.SQL = shortened(asked.sql, maxSQL)
			c.size += len(c.SQL)
		}
	}
	return c
}

// end notes an answer. It is decoded here, once more, after it was made and before it is delivered.
func (r *Recorder) end(c *call, x *client.Exchange, answer []byte, failure error, took time.Duration) {
	x.Duration, x.ResponseBytes, x.Err = took, len(answer), failure
	if failure == nil {
		x.Response, _, x.Err = message.Decode(answer)
	}
	step := athena.Explain(*x)
	r.mu.Lock()
	defer r.mu.Unlock()
	c.Running, c.Millis, c.ResponseBytes, c.Error, c.Table = false, millis(took), len(answer), x.Err != nil, step.Table
	c.Details = details(step.Details)
	for _, d := range c.Details {
		c.of.size += len(d.Name) + len(d.Text)
	}
	c.answered(x.Response)
	c.of.answered(c, x)
	r.trim(c.of)
}

// answered counts what the answer holds.
func (c *call) answered(m message.Message) {
	switch m := m.(type) {
	case *message.ReadRecordsResponse:
		c.Rows = m.Records.NumRows()
		if c.Rows > 0 {
			c.Inline = 1
		}
	case *message.RemoteReadRecordsResponse:
		c.Spilled = len(m.RemoteBlocks)
		for _, s := range c.Statements {
			if !s.Metadata {
				c.Rows += s.Rows
			}
		}
	}
}

func (c *conversation) answered(x *call, of *client.Exchange) {
	c.open--
	c.Running = c.open > 0
	c.seen(x.begun.Add(of.Duration))
	c.Bytes += int64(x.ResponseBytes)
	c.Rows += x.Rows
	c.Blocks += x.Inline + x.Spilled
	c.Spilled += x.Spilled
	if x.Table != "" && !slices.Contains(c.Tables, x.Table) && len(c.Tables) < maxDetails {
		c.Tables = append(c.Tables, x.Table)
	}
	if x.Error && c.Error == "" {
		c.Error = shortened(of.Err.Error(), maxDetailText)
	}
}

// newTrace makes an id as Lambda does.
func newTrace() string {
	var random [12]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	return "Root=1-" + hex.EncodeToString(random[:4]) + "-" + hex.EncodeToString(random[:]) + ";Sampled=0"
}
