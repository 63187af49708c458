package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"athena-timestream/local/internal/stack"
)

type serveCommand struct {
	storage
	connector
	Listen       string `help:"Address to listen on; there is no authentication, so keep it on loopback." default:"127.0.0.1:8600" placeholder:"ADDR"`
	LambdaBinary string `help:"Run this compiled Lambda function behind the Runtime API instead of the connector in this process." type:"existingfile" placeholder:"PATH"`

	EnforceRetention bool          `help:"Refuse and forget records as the tables' retention says; without it all times are welcome."`
	Fault            faults        `help:"What Timestream is to do wrong, as in throttle=0.1,internal=0.05,empty-page=0.2,empty-first." placeholder:"KIND=CHANCE,…"`
	PageLatency      time.Duration `help:"How much later every answer to Query comes, as in 200ms." placeholder:"DURATION"`
	Seed             uint64        `help:"Makes --fault do the same in the same order of calls." default:"1"`
}

// Help is printed by "serve --help".
func (*serveCommand) Help() string {
	return `Every AWS SDK and the AWS CLI reach it through AWS_ENDPOINT_URL, with any credentials; a browser gets a console. While it runs, "query" and "load" with the same --data use it.

Examples:
  athena-local serve
  aws timestream-query query --query-string 'SELECT count(*) FROM demo.devops'
  aws lambda invoke --function-name timestream --payload file://request.json answer.json
  athena-local serve --fault throttle=0.2,empty-page=0.3 --page-latency 200ms --seed 7

Faults, each with its chance between 0 and 1:
  throttle     a call is answered with ThrottlingException
  internal     a call is answered with InternalServerException
  empty-page   a page of a result comes without its rows, which the next one has
  empty-first  every result begins with an empty page (no chance)`
}

// Run is called by the command line's parser.
func (c *serveCommand) Run(ctx context.Context, s streams) error {
	if c.PageLatency < 0 {
		return usagef("--page-latency: %s is in the past, give a length of time such as 200ms", c.PageLatency)
	}
	faults := c.Fault.Faults
	faults.Seed, faults.PageTime = c.Seed, c.PageLatency
	st, err := stack.Serve(ctx, stack.Options{
		Dir: c.dir(), Listen: c.Listen, LambdaBinary: c.LambdaBinary, Settings: c.Setting, Log: s.stderr, EnforceRetention: c.EnforceRetention, Faults: &faults,
	})
	if err != nil {
		return err
	}
	kept := "in " + c.Data
	if c.InMemory {
		kept = "in memory, gone when this ends"
	}
	fmt.Fprintf(s.stdout, `Timestream, Lambda (function %q), S3, Glue, KMS, Secrets Manager, STS and Athena on %s
Tables are kept %s. Point any AWS SDK here with:

    export AWS_ENDPOINT_URL=%s
    export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

Open %s in a browser for the console. Ctrl-C ends it.
`, stack.FunctionName, st.URL, kept, st.URL, st.URL)
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.stdout, "\nstopping")
	case err = <-st.Failed():
	}
	return errors.Join(err, st.Close())
}
