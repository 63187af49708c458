package awsapi

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3afero"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/spf13/afero"
)

// newS3 answers S3's calls in path style, from memory or from dir/s3. A bucket is made when an object is first put into it.
func newS3(dir string) (http.Handler, error) {
	backend := gofakes3.Backend(s3mem.New())
	if dir != "" {
		root := filepath.Join(dir, "s3")
		if err := os.MkdirAll(root, 0o700); err != nil {
			return nil, fmt.Errorf("making the folder of the embedded S3: %w", err)
		}
		var err error
		if backend, err = s3afero.MultiBucket(afero.NewBasePathFs(afero.NewOsFs(), root)); err != nil {
			return nil, fmt.Errorf("opening the embedded S3 in %s: %w", root, err)
		}
	}
	return gofakes3.New(ownBuckets{backend}, gofakes3.WithAutoBucket(true)).Server(), nil
}

// ownBuckets takes the making of a bucket that is there for done, as S3 does in us-east-1 when the bucket is the caller's:
// here all are.
type ownBuckets struct{ gofakes3.Backend }

// CreateBucket makes the bucket unless it is there.
func (b ownBuckets) CreateBucket(name string) error {
	err := b.Backend.CreateBucket(name)
	if gofakes3.IsAlreadyExists(err) {
		return nil
	}
	return err
}

// EmptyBucket removes what the embedded S3 in dir keeps of a bucket. S3 must not be running on dir.
func EmptyBucket(dir, bucket string) error {
	if dir == "" {
		return nil
	}
	for _, part := range []string{"buckets", "metadata"} { // the folders of s3afero.MultiBucket
		if err := os.RemoveAll(filepath.Join(dir, "s3", part, bucket)); err != nil {
			return fmt.Errorf("emptying the bucket %s: %w", bucket, err)
		}
	}
	return nil
}
