@NullMarked
package io.aegis.cli.key;

import org.jspecify.annotations.NullMarked;
