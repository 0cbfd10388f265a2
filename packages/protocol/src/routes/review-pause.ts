// The review pause and its reports.
import { z } from "zod";
import * as review from "../review-pause.ts";
import { defineRoutes } from "../route.ts";

export const reviewPauseRoutes = defineRoutes({
  showReviewPause: {
    method: "GET",
    path: "/v1/review-pause",
    scope: "read",
    media: "json",
    status: 200,
    reply: review.ReviewPauseState,
    errors: [],
    summary: "The review pause, and the reports so far",
    description: "Whether the queue stands for a review, when it will, and the reports, newest first.",
  },
  beginReviewPause: {
    method: "POST",
    path: "/v1/review-pause",
    scope: "admin",
    media: "json",
    status: 202,
    body: z.strictObject({}),
    reply: review.ReviewPauseState,
    errors: ["conflict"],
    summary: "Begin a review pause now",
    description:
      "Steps that run are finished, the queue stands, and a report of the time since the last one is written. Tasks can still be submitted; none is begun until the pause is resumed.",
  },
  resumeReviewPause: {
    method: "POST",
    path: "/v1/review-pause/resume",
    scope: "admin",
    media: "json",
    status: 200,
    body: z.strictObject({}),
    reply: review.ReviewPauseState,
    errors: ["conflict"],
    summary: "End the review pause",
    description: "The queue goes on. A pause that a person made of the queue stays.",
  },
  getReview: {
    method: "GET",
    path: "/v1/reviews/:reviewId",
    scope: "read",
    media: "json",
    status: 200,
    reply: review.ReviewDocument,
    errors: ["not_found"],
    summary: "A report",
    description: "As data and as Markdown. `latest` names the newest.",
  },
});
