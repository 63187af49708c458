package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/progress"
	"golang.org/x/term"
)

// bar shows how far a long work is, on a terminal. Where the stream is none, only messages are printed.
type bar struct {
	w       io.Writer
	writer  progress.Writer // nil: no terminal
	tracker *progress.Tracker
	done    chan struct{}
}

func newBar(w io.Writer, label string, units progress.Units) *bar {
	b := &bar{w: w}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return b
	}
	b.writer = progress.NewWriter()
	b.writer.SetOutputWriter(w)
	b.writer.SetUpdateFrequency(100 * time.Millisecond)
	b.writer.SetStyle(progress.StyleBlocks)
	b.writer.Style().Visibility.Value = true
	b.tracker = &progress.Tracker{Message: label, Units: units, RemoveOnCompletion: true}
	b.writer.AppendTracker(b.tracker)
	b.done = make(chan struct{})
	go func() {
		defer close(b.done)
		b.writer.Render()
	}()
	return b
}

// set shows done of total.
func (b *bar) set(done, total int64) {
	if b.writer != nil {
		b.tracker.UpdateTotal(total)
		b.tracker.SetValue(done)
	}
}

// remark changes the words beside the bar.
func (b *bar) remark(label string) {
	if b.writer != nil {
		b.tracker.UpdateMessage(label)
	}
}

// print writes a line that stays.
func (b *bar) print(line string) {
	if b.writer != nil {
		b.writer.Log(line)
		return
	}
	fmt.Fprintln(b.w, line)
}

// stop takes the bar away and waits until it is.
func (b *bar) stop() {
	if b.writer == nil {
		return
	}
	b.tracker.MarkAsDone()
	b.writer.Stop()
	<-b.done
	b.writer = nil
}
