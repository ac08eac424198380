#![no_main]

use libfuzzer_sys::fuzz_target;

// A panic that is caught on purpose, of the parser's, is no finding; one that gets as far as here is.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| lodger_fuzz::requests::token(bytes));
