// Command builtin-types prints, as JSON, the types that client-go's scheme knows: for each kind its struct, for each struct
// its JSON fields. Flux sends every object of such a kind through its struct before it applies it, and flux-ts does the same
// with this table.
package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
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
		if slices.Contains(gone, apiVersion) {
			continue
		}
		out.Kinds[apiVersion+"/"+kind] = out.name(typ)
	}
	fmt.Println("{\n\"kinds\": {")
	printLines(out.Kinds)
	fmt.Println("},\n\"structs\": {")
	printLines(out.Structs)
	fmt.Println("}\n}")
}

// API versions that no supported API server serves.
var gone = []string{
	"extensions/v1beta1", "apps/v1beta1", "apps/v1beta2", "policy/v1beta1", "batch/v1beta1", "autoscaling/v2beta1",
	"autoscaling/v2beta2", "rbac.authorization.k8s.io/v1alpha1", "rbac.authorization.k8s.io/v1beta1", "events.k8s.io/v1beta1",
	"discovery.k8s.io/v1beta1", "node.k8s.io/v1alpha1", "node.k8s.io/v1beta1", "scheduling.k8s.io/v1alpha1",
	"scheduling.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta2",
	"authentication.k8s.io/v1beta1", "authorization.k8s.io/v1beta1", "imagepolicy.k8s.io/v1alpha1",
}

// printLines writes a member per line, so that a change shows as one line.
func printLines[T any](members map[string]T) {
	keys := slices.Sorted(maps.Keys(members))
	for i, key := range keys {
		value, err := json.Marshal(members[key])
		if err != nil {
			panic(err)
		}
		comma := ","
		if i == len(keys)-1 {
			comma = ""
		}
		fmt.Printf("%q: %s%s\n", key, value, comma)
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
	// A status is never applied; only a StatefulSet carries whole claims within it.
	_, isKind := typ.FieldByName("ObjectMeta")
	t.collect(typ, fields, isKind && typ.Name() != "PersistentVolumeClaim")
	return name
}

func (t *table) collect(typ reflect.Type, fields map[string]string, skipStatus bool) {
	for i := 0; i < typ.NumField(); i++ {
		field := typ.Field(i)
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "-" || !field.IsExported() || (skipStatus && tag == "status") {
			continue
		}
		if tag == "" && (field.Anonymous || strings.Contains(options, "inline")) {
			t.collect(field.Type, fields, false)
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
	if typ.Kind() == reflect.Pointer {
		return "*" + t.expression(typ.Elem())
	}
	if implementsMarshaler(typ) {
		return "r"
	}
	switch typ.Kind() {
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
