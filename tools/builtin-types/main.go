// Command builtin-types prints, as JSON, the types that client-go's scheme knows: for each kind its struct, for each struct
// its JSON fields. Flux sends every object of such a kind through its struct before it applies it, and flux-ts does the same
// with this table.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/client-go/kubernetes/scheme"
)

type table struct {
	Kinds   map[string]string            `json:"kinds"`
	Structs map[string]map[string]string `json:"structs"`
}

// Types that marshal themselves, each by the letter that the reader of the table knows.
var special = map[reflect.Type]string{
	reflect.TypeOf(resource.Quantity{}):    "q",
	reflect.TypeOf(metav1.Time{}):          "t",
	reflect.TypeOf(metav1.MicroTime{}):     "t",
	reflect.TypeOf(metav1.Duration{}):      "s",
	reflect.TypeOf(intstr.IntOrString{}):   "x",
	reflect.TypeOf(runtime.RawExtension{}): "r",
	reflect.TypeOf(metav1.FieldsV1{}):      "r",
}

func main() {
	out := table{Kinds: map[string]string{}, Structs: map[string]map[string]string{}}
	for gvk, typ := range scheme.Scheme.AllKnownTypes() {
		if _, isObject := reflect.New(typ).Interface().(metav1.Object); !isObject || gvk.Version == runtime.APIVersionInternal {
			continue
		}
		apiVersion, kind := gvk.ToAPIVersionAndKind()
		out.Kinds[apiVersion+"/"+kind] = out.name(typ)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// name notes a struct and returns what it is called.
func (t *table) name(typ reflect.Type) string {
	path := strings.TrimPrefix(strings.TrimPrefix(typ.PkgPath(), "k8s.io/api/"), "k8s.io/apimachinery/pkg/apis/")
	name := path + "." + typ.Name()
	if _, known := t.Structs[name]; known {
		return name
	}
	fields := map[string]string{}
	t.Structs[name] = fields
	t.collect(typ, fields)
	return name
}

func (t *table) collect(typ reflect.Type, fields map[string]string) {
	for i := 0; i < typ.NumField(); i++ {
		field := typ.Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "-" || !field.IsExported() {
			continue
		}
		if tag == "" && (field.Anonymous || strings.Contains(options, "inline")) {
			t.collect(field.Type, fields)
			continue
		}
		prefix := ""
		if strings.Contains(options, "omitempty") {
			prefix += "?"
		}
		if strings.Contains(options, "omitzero") {
			prefix += "0"
		}
		fields[tag] = prefix + t.expression(field.Type)
	}
}

// expression writes a type: * pointer, [ list, { map of texts to, # struct, else a letter.
func (t *table) expression(typ reflect.Type) string {
	if letter, found := special[typ]; found {
		return letter
	}
	if implementsMarshaler(typ) {
		return "r"
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return "*" + t.expression(typ.Elem())
	case reflect.Slice:
		if typ.Elem().Kind() == reflect.Uint8 {
			return "y"
		}
		return "[" + t.expression(typ.Elem())
	case reflect.Map:
		return "{" + t.expression(typ.Elem())
	case reflect.Struct:
		return "#" + t.name(typ)
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "i"
	case reflect.Float32, reflect.Float64:
		return "f"
	}
	return "r"
}

func implementsMarshaler(typ reflect.Type) bool {
	marshaler := reflect.TypeOf((*json.Marshaler)(nil)).Elem()
	return typ.Implements(marshaler) || reflect.PointerTo(typ).Implements(marshaler)
}

