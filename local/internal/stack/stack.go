package stack

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation/client"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/s3spill"
	"athena-timestream/local/internal/awsapi"
	"athena-timestream/local/internal/console"
	"athena-timestream/local/internal/demo"
	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

const (
	// FunctionName is the connector's name as a Lambda function.
	FunctionName = "timestream"
	// SpillBucket is where the connector spills to. It is emptied when a data folder is opened.
	SpillBucket = "athena-local-spill"
	// stopGrace is how long requests under way may take once Close was called.
	stopGrace = 5 * time.Second
)

// Options says what is started.
type Options struct {
	// Dir keeps databases, Glue tables and S3 objects; empty keeps them in memory.
	Dir string
	// Listen is the address; empty is a free port of loopback.
	Listen string
	// LambdaBinary, if not empty, runs this executable as the function FunctionName instead of the connector in this
	// process.
	LambdaBinary string
	// Settings are settings of the connector, by their variables' names, beside the bucket that it spills to.
	Settings map[string]string
	// Log takes warnings, errors and what a LambdaBinary prints; nil discards them.
	Log io.Writer
	// Logs takes all that the connector in this process logs; nil is Log. A serve that is asked instead, and a LambdaBinary,
	// have logs of their own.
	Logs slog.Handler
	// NoDemo leaves the demo database out.
	NoDemo bool
	// Now is the embedded Timestream's clock; nil is time.Now.
	Now func() time.Time
	// EnforceRetention makes the embedded Timestream refuse and forget records as the tables' retention says.
	EnforceRetention bool
	// Front, if not nil, stands before all services.
	Front func(http.Handler) http.Handler
	// Faults are what the embedded Timestream does wrong once all is started; nil is nothing.
	Faults *tsserver.Faults
}

// Stack is all of it, running here or in the process that serves the data folder.
type Stack struct {
	// URL is the address that AWS SDKs are pointed at.
	URL string
	// Invoker is the connector.
	Invoker client.Invoker
	// Store is where the connector spills to.
	Store spill.Store
	// Write is a client of the embedded Timestream.
	Write *timestreamwrite.Client

	statements  func(ctx context.Context, after int64) (extract, error)
	journalPath string
	failed      chan error
	closers     []func() error // called last to first
	closing     sync.Once
	closeErr    error
}

// Open returns the stack of a data folder: the one of the process that serves it, if there is one, else a new one in this
// process.
func Open(ctx context.Context, o Options) (*Stack, error) {
	for deadline := time.Now().Add(patience); ; {
		if s := served(ctx, o.Dir); s != nil {
			if len(o.Settings) > 0 {
				return nil, fmt.Errorf("%s is served on %s by a connector that has its settings: end it, or choose another --data", o.Dir, s.URL)
			}
			return s, nil
		}
		s, err := start(ctx, o, nil)
		if !errors.Is(err, duck.ErrInUse) {
			return s, err
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return nil, fmt.Errorf("%w: wait for it, choose another --data, or run \"athena-local serve\", which all commands share", err)
		}
		time.Sleep(retryAfter)
	}
}

// patience is how long Open waits for another command that has the data folder, retryAfter how long between looks.
const (
	patience   = 30 * time.Second
	retryAfter = 100 * time.Millisecond
)

// Serve starts a stack that others find through its data folder.
func Serve(ctx context.Context, o Options) (*Stack, error) {
	if s := served(ctx, o.Dir); s != nil {
		return nil, fmt.Errorf("%s is served already, on %s: use that, or another --data", o.Dir, s.URL)
	}
	s, err := start(ctx, o, console.NewRecorder())
	if err != nil || o.Dir == "" {
		return s, err
	}
	if err := s.announce(o.Dir); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Failed reports that the server ended although Close was not called.
func (s *Stack) Failed() <-chan error { return s.failed }

// Close ends everything. What was acknowledged is kept; the error says what may not have been. Further calls return the
// same.
func (s *Stack) Close() error {
	s.closing.Do(func() {
		for i := len(s.closers) - 1; i >= 0; i-- {
			s.closeErr = errors.Join(s.closeErr, s.closers[i]())
		}
	})
	return s.closeErr
}

func (s *Stack) onClose(f func() error) { s.closers = append(s.closers, f) }

// start starts a stack in this process; with a recorder, it has a console.
func start(ctx context.Context, o Options, r *console.Recorder) (_ *Stack, err error) {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Stack{failed: make(chan error, 1), journalPath: journalPath(rand.Text())}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("making the data folder: %w", err)
		}
	}
	db, err := tsdb.Open(tsdb.Options{Dir: o.Dir, Region: awsapi.Region, Account: awsapi.Account, Now: o.Now, EnforceRetention: o.EnforceRetention})
	if err != nil {
		return nil, err
	}
	s.onClose(db.Close)
	if err := awsapi.EmptyBucket(o.Dir, SpillBucket); err != nil {
		return nil, err
	}
	listener, err := listen(o.Listen)
	if err != nil {
		return nil, err
	}
	s.onClose(func() error { _ = listener.Close(); return nil }) // the server has closed it, if it came that far
	s.URL = "http://" + listener.Addr().String()
	s.connect()
	function, err := s.function(o)
	if err != nil {
		return nil, err
	}
	journal := &journal{}
	s.statements = journal.since
	onPage := journal.page
	if r != nil {
		function = r.Invoker(function)
		onPage = func(p tsserver.Page) { journal.page(p); r.Page(p) }
	}
	timestreamAPI := tsserver.New(db, tsserver.Options{OnPage: onPage, Now: o.Now, Objects: objects{s.s3()}})
	s.onClose(timestreamAPI.Close)
	api, err := awsapi.New(awsapi.Options{
		Timestream: timestreamAPI,
		Functions:  map[string]awsapi.Invoker{FunctionName: function},
		Dir:        o.Dir,
	})
	if err != nil {
		return nil, err
	}
	s.Invoker = function
	if o.Front != nil {
		api = o.Front(api)
	}
	handler := withJournal(api, s.journalPath, journal)
	if r != nil {
		if handler, err = s.browse(handler, db, r); err != nil {
			return nil, err
		}
		defer r.Forget() // what filling the demo asked
	}
	s.listenAndServe(listener, handler)
	if !o.NoDemo {
		if err := s.fillDemo(ctx, o.Now()); err != nil {
			return nil, err
		}
	}
	timestreamAPI.Misbehave(o.Faults)
	return s, nil
}

func listen(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w; choose another address with --listen", address, err)
	}
	return l, nil
}

// config points AWS clients at the stack.
func (s *Stack) config() aws.Config {
	return aws.Config{
		Region: awsapi.Region, BaseEndpoint: aws.String(s.URL), HTTPClient: timestream.HTTPClient(nil),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
}

// connect makes the clients of this process.
func (s *Stack) connect() {
	s.Write = timestreamwrite.NewFromConfig(s.config(), func(o *timestreamwrite.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
	blocks := s.s3()
	s.Store = readOnce{s3spill.New(blocks, nil), blocks}
}

func (s *Stack) s3() *s3.Client {
	return s3.NewFromConfig(s.config(), func(o *s3.Options) { o.UsePathStyle = true })
}

// listenAndServe answers until Close, which lets requests under way end.
func (s *Stack) listenAndServe(l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("serving %s: %w", s.URL, err)
		}
	}()
	s.onClose(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), stopGrace)
		defer cancel()
		err := server.Shutdown(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
		<-ended
		return err
	})
}

func (s *Stack) fillDemo(ctx context.Context, now time.Time) error {
	return demo.Fill(ctx, demo.Clients{
		Write: s.Write,
		Query: s.queryClient(),
		Glue:  glue.NewFromConfig(s.config()),
	}, now)
}
