/** What is valid for one network connection. */
@NullMarked
package io.whimbrel.core.connection;

import org.jspecify.annotations.NullMarked;
