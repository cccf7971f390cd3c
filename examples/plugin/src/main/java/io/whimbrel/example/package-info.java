/** An example of a plugin: a registry of devices. */
@NullMarked
package io.whimbrel.example;

import org.jspecify.annotations.NullMarked;
