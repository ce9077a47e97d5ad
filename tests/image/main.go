// Command image makes the image of a Dockerfile without a Docker engine.
//
//	image steps DOCKERFILE STAGE            prints what that stage runs, as a script for bash
//	image pack  DOCKERFILE FOLDER TAG FILE  packs FOLDER, which the stage made, as the Dockerfile's last stage says
//
// Build arguments come from the environment. An instruction that it does not know is an error and never left out.
package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 3 && args[0] == "steps":
		return steps(args[1], args[2])
	case len(args) == 5 && args[0] == "pack":
		return pack(args[1], args[2], args[3], args[4])
	}
	return fmt.Errorf("usage: image steps DOCKERFILE STAGE | image pack DOCKERFILE FOLDER TAG FILE")
}

func stages(file string) ([]instructions.Stage, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	stages, arguments, err := instructions.Parse(parsed.AST, nil)
	if err == nil && len(arguments) > 0 {
		err = fmt.Errorf("an ARG before the first FROM")
	}
	return stages, err
}

// What a checkout has to offer is there already: WORKDIR and COPY of everything are what the caller stands in.
func steps(file, stage string) error {
	stages, err := stages(file)
	if err != nil {
		return err
	}
	for _, s := range stages {
		if s.Name != stage {
			continue
		}
		for _, command := range s.Commands {
			switch c := command.(type) {
			case *instructions.WorkdirCommand, *instructions.CopyCommand:
			case *instructions.ArgCommand:
				for _, arg := range c.Args {
					fmt.Printf("export %s=\"${%s:-%s}\"\n", arg.Key, arg.Key, arg.ValueString())
				}
			case *instructions.RunCommand:
				fmt.Println(strings.Join(c.CmdLine, " "))
			default:
				return fmt.Errorf("%s: an instruction that this program does not know", command.Name())
			}
		}
		return nil
	}
	return fmt.Errorf("no stage %s in %s", stage, file)
}

func pack(file, folder, tag, out string) error {
	stages, err := stages(file)
	if err != nil {
		return err
	}
	last := stages[len(stages)-1]
	if last.BaseName != "scratch" {
		return fmt.Errorf("the last stage begins with %s, not with scratch", last.BaseName)
	}
	config := v1.Config{Labels: map[string]string{}, ExposedPorts: map[string]struct{}{}}
	image := v1.Image(empty.Image)
	arguments := arguments{}
	words := shell.NewLex('\\')
	for _, command := range last.Commands {
		switch c := command.(type) {
		case *instructions.ArgCommand:
			for _, arg := range c.Args {
				arguments.set(arg.Key, arg.ValueString())
			}
		case *instructions.LabelCommand:
			for _, label := range c.Labels {
				value, err := words.ProcessWordWithMatches(label.Value, arguments)
				if err != nil {
					return err
				}
				config.Labels[label.Key] = value.Result
			}
		case *instructions.CopyCommand:
			if c.From == "" || c.DestPath != "/" || len(c.SourcePaths) != 1 {
				return fmt.Errorf("%s: only the whole result of a stage can be copied", c)
			}
			layer, err := layer(folder)
			if err != nil {
				return err
			}
			if image, err = mutate.AppendLayers(image, layer); err != nil {
				return err
			}
		case *instructions.UserCommand:
			config.User = c.User
		case *instructions.ExposeCommand:
			for _, port := range c.Ports {
				config.ExposedPorts[port+"/tcp"] = struct{}{}
			}
		case *instructions.EntrypointCommand:
			config.Entrypoint = c.CmdLine
		case *instructions.CmdCommand:
			config.Cmd = c.CmdLine
		default:
			return fmt.Errorf("%s: an instruction that this program does not know", command.Name())
		}
	}
	image, err = mutate.ConfigFile(image, configured(image, config))
	if err != nil {
		return err
	}
	reference, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	return tarball.WriteToFile(out, reference, image)
}

func configured(image v1.Image, config v1.Config) *v1.ConfigFile {
	file, err := image.ConfigFile()
	if err != nil {
		file = &v1.ConfigFile{}
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Config = "linux", runtime.GOARCH, config
	return file
}

type arguments map[string]string

// The environment wins over the default, as --build-arg does.
func (a arguments) set(key, value string) {
	if given := os.Getenv(key); given != "" {
		value = given
	}
	a[key] = value
}

// Get is how BuildKit looks a variable up.
func (a arguments) Get(key string) (string, bool) {
	value, known := a[key]
	return value, known
}

// Keys is part of the same interface.
func (a arguments) Keys() []string {
	keys := make([]string, 0, len(a))
	for key := range a {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// The same files are the same layer: nobody's names, no times.
func layer(folder string) (v1.Layer, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == folder {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		header := &tar.Header{Name: filepath.ToSlash(relative), Mode: int64(info.Mode().Perm()), Format: tar.FormatPAX}
		if entry.IsDir() {
			header.Typeflag, header.Name = tar.TypeDir, header.Name+"/"
			return writer.WriteHeader(header)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		header.Typeflag, header.Size = tar.TypeReg, int64(len(content))
		if err := writer.WriteHeader(header); err != nil {
			return err
		}
		_, err = writer.Write(content)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(buffer.Bytes())), nil
	})
}
