package main

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
)

// reasons keeps, of what a connector logs, why it did something otherwise than it was asked: the records with a reason, and
// warnings. Each is kept once, though splits say the same.
type reasons struct {
	mu   sync.Mutex
	kept []string
}

// Enabled is a method of [slog.Handler].
func (*reasons) Enabled(context.Context, slog.Level) bool { return true }

// Handle keeps a record as "message: column: reason", or with what went wrong in the reason's place.
func (r *reasons) Handle(_ context.Context, record slog.Record) error {
	parts := map[string]string{}
	record.Attrs(func(a slog.Attr) bool {
		parts[a.Key] = a.Value.String()
		return true
	})
	line := []string{record.Message}
	for _, key := range []string{"column", "type", "reason", "error"} {
		if parts[key] != "" {
			line = append(line, parts[key])
		}
	}
	if parts["reason"] == "" && record.Level != slog.LevelWarn {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if text := strings.Join(line, ": "); !slices.Contains(r.kept, text) {
		r.kept = append(r.kept, text)
	}
	return nil
}

// WithAttrs is a method of [slog.Handler]; such attributes name the request.
func (r *reasons) WithAttrs([]slog.Attr) slog.Handler { return r }

// WithGroup is a method of [slog.Handler].
func (r *reasons) WithGroup(string) slog.Handler { return r }

func (r *reasons) lines() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept
}
