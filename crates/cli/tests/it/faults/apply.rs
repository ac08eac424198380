//! `lodger apply` of four migrations in eight steps.

use std::process::Command;

use serde_json::Value;

use super::operation::{Operation, Place, Stand};
use super::store::through;
use crate::killed::scene::{Scene, check_steps};

pub(super) struct Apply(Scene);

/// The scene's steps are looked at one by one.
impl Operation for Apply {
    const NAME: &'static str = "apply";

    async fn prepare(place: &Place) -> Self {
        let scene = Scene::set(place.url.clone(), place.admin.clone()).await;
        Self(scene)
    }

    fn command(&self, url: &str) -> Command {
        through(self.0.project().command(&["apply"]), url)
    }

    async fn look(&self, place: &Place) -> Value {
        check_steps(&place.url).await
    }

    async fn stand(&self, place: &Place, before: &Value, after: &Value) -> Stand {
        let look = self.look(place).await;
        match &look["steps_done"] {
            steps if *steps == before["steps_done"] => {
                assert_eq!(look, *before);
                Stand::Before
            }
            steps if *steps == after["steps_done"] => {
                assert_eq!(look, *after);
                Stand::After
            }
            _ => Stand::Between,
        }
    }
}
