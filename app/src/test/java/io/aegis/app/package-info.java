@NullMarked
package io.aegis.app;

import org.jspecify.annotations.NullMarked;
