package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// scenario and step are what tests/scenarios/README.md says, as flatten.py writes them.
type scenario struct {
	name, keys, config string
	start              int64
	seed               uint64
	steps              []*step
}

type step struct {
	number, do, note string
	arguments        map[string]string
	expect           map[string]string
	has              []string
	contains         [][2]string
	save             [][2]string // variable, item
}

var escapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\t`, "\t")

// readLines panics for what flatten.py does not write.
func readLines(file io.Reader) (all []*scenario) {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	var s *scenario
	var at *step
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		for i := range fields {
			fields[i] = escapes.Replace(fields[i])
		}
		switch fields[0] {
		case "scenario":
			s = &scenario{name: fields[1]}
			all = append(all, s)
		case "start_s":
			s.start = must(strconv.ParseInt(fields[1], 10, 64))
		case "seed":
			s.seed = must(strconv.ParseUint(fields[1], 10, 64))
		case "keys":
			s.keys = fields[1]
		case "config":
			s.config = fields[1]
		case "step":
			at = &step{number: fields[1], do: fields[2], note: fields[3], arguments: map[string]string{}, expect: map[string]string{}}
			s.steps = append(s.steps, at)
		case "arg":
			at.arguments[fields[1]] = fields[2]
		case "expect":
			at.expect[fields[1]] = fields[2]
		case "has":
			at.has = append(at.has, fields[1])
		case "contains":
			at.contains = append(at.contains, [2]string{fields[1], fields[2]})
		case "save":
			at.save = append(at.save, [2]string{fields[1], fields[2]})
		case "end":
			s, at = nil, nil
		default:
			panic(fmt.Sprintf("no such line: %q", fields))
		}
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
	return all
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
