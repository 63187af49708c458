package spill

import (
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
)

// Memory keeps what the last Writer has grown, columns and buffers as large as blocks, for the next: the splits of a query
// mostly have one schema and meet the same instances of a function, and memory that is new costs more than the rows that
// are copied into it. It does not leave that to the garbage collector, whose cycles are short as long as little is in use.
// The zero Memory is ready; it is safe for concurrent use.
type Memory struct {
	mu   sync.Mutex
	kept grown
}

// grown is one Writer's.
type grown struct {
	builder *block.Builder // without rows; nil if there is none
	buffers [][]byte
}

// take is what a Writer of a schema starts with. m may be nil.
func (m *Memory) take(s *arrow.Schema) (g grown, err error) {
	if m != nil {
		m.mu.Lock()
		g, m.kept = m.kept, grown{}
		m.mu.Unlock()
	}
	if g.builder == nil || !g.builder.Schema().Equal(s) || !g.builder.Schema().Metadata().Equal(s.Metadata()) {
		g.builder, err = block.NewBuilder(s)
	}
	return g, err
}

// keep takes what a Writer needs no more, its builder without rows: they are all in blocks. m may be nil.
func (m *Memory) keep(g grown) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept = g
}
