package parquet

// node is one node of a file's schema.
type node struct {
	element
	children []*node
	leaves   []int // positions of the leaves at and below the node
	// definition is the level of a value that is there: not null, or in a list that has it. repetition is the level at
	// which a further element of the innermost list around the node comes.
	definition, repetition uint8
}

// maxDepth bounds the tree; Timestream's SQL cannot come near it.
const maxDepth = 60

// newTree makes a tree of the schema and checks it.
func newTree(schema []element) (*node, error) {
	b := treeBuilder{rest: schema}
	root, err := b.node(nil, 0)
	if err != nil {
		return nil, err
	}
	if len(b.rest) > 0 || root.physical >= 0 {
		return nil, corrupt("its schema is no tree")
	}
	return root, nil
}

type treeBuilder struct {
	rest   []element
	leaves int
}

func (b *treeBuilder) node(parent *node, depth int) (*node, error) {
	if len(b.rest) == 0 || depth > maxDepth {
		return nil, corrupt("its schema is no tree")
	}
	n := &node{element: b.rest[0]}
	b.rest = b.rest[1:]
	if parent != nil {
		n.definition, n.repetition = parent.definition, parent.repetition
		switch n.element.repetition {
		case optional:
			n.definition++
		case repeated:
			n.definition++
			n.repetition++
		}
	}
	if n.physical >= 0 && n.element.children == 0 {
		n.leaves = []int{b.leaves}
		b.leaves++
		return n, nil
	}
	n.physical = -1
	for range n.element.children {
		child, err := b.node(n, depth+1)
		if err != nil {
			return nil, err
		}
		n.children = append(n.children, child)
		n.leaves = append(n.leaves, child.leaves...)
	}
	return n, nil
}

// isLeaf says that the node has values itself.
func (n *node) isLeaf() bool { return n.physical >= 0 }

// isList says that the node is a group around one repeated node, as all forms of a list are.
func (n *node) isList() bool {
	return !n.isLeaf() && len(n.children) == 1 && n.children[0].element.repetition == repeated
}

// elem is the element of a list. The repeated node is the element itself if it is a leaf, has several members, or is
// called as old writers call it; else it holds the element ("Backward-compatibility rules" of Parquet's LogicalTypes.md).
func (n *node) elem() *node {
	entry := n.children[0]
	if entry.isLeaf() || len(entry.children) != 1 || entry.name == "array" || entry.name == n.name+"_tuple" {
		return entry
	}
	return entry.children[0]
}
