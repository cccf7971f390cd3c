package io.whimbrel.server.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a token says, whoever says it. Names with dots go into objects. Immutable. */
record Claims(Map<String, Object> all) {

  /** A claim by its name or, where there is none of that name, by its path. */
  Optional<Object> at(String path) {
    Object whole = all.get(path);
    if (whole != null) {
      return Optional.of(whole);
    }
    Object here = all;
    for (String name : path.split("\\.", -1)) {
      here = here instanceof Map<?, ?> map ? map.get(name) : null;
      if (here == null) {
        return Optional.empty();
      }
    }
    return Optional.of(here);
  }

  /** A claim that is a text that says something. */
  Optional<String> text(String path) {
    return at(path)
        .filter(value -> value instanceof String)
        .map(String.class::cast)
        .filter(text -> !text.isEmpty());
  }

  /** A claim that is a list of texts, or a text with spaces in between; none: empty. */
  Set<String> texts(String path) {
    Object value = path.isEmpty() ? null : at(path).orElse(null);
    List<String> found = new ArrayList<>();
    if (value instanceof String text) {
      found.addAll(Arrays.asList(text.trim().split(" +")));
    } else if (value instanceof List<?> list) {
      list.forEach(each -> found.add(each instanceof String text ? text : ""));
    }
    Set<String> texts = new TreeSet<>(found);
    texts.remove("");
    return texts;
  }
}
