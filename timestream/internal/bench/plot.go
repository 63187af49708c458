package main

import "context"

func (l *lab) plot(context.Context, string) error { return nil }
