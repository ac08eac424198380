//! What must hold for any input. The fuzz targets call these functions, and so do the tests of the crates, which
//! replay the seeds and mutations of them.

pub mod files;
pub mod requests;
