/** The messages as types, written by `scripts/types.mjs` from the server's schema; do not edit. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What is done about people whose folders are missing. */
        AboutMissing: "forget" | "wait";
        /** @description What a picture would add to somebody's photos. */
        Adds: "view" | "infrared" | "look";
        /** @description Somebody enrolled who looks like a face. */
        AlikePerson: {
            /**
             * Format: float
             * @description −1..1, higher is closer.
             */
            alike: number;
            /** @description How likely they are one person's. */
            likelihood: components["schemas"]["Likelihood"];
            person: components["schemas"]["PersonRef"];
            /** @description Their most alike photo. */
            photo_id: string;
            /** @description Path of that photo on this server. */
            picture: string;
        };
        /** @description A past sighting whose face looks like another. */
        AlikeSighting: {
            /**
             * Format: float
             * @description −1..1, higher is closer.
             */
            alike: number;
            /** @description When the picture was taken. */
            at: components["schemas"]["Timestamp"];
            /** @description Full id of the camera. */
            camera: string;
            /** @description Whether somebody said it was wrong. */
            corrected: boolean;
            grade: components["schemas"]["Grade"];
            /** @description How likely they are one person's. */
            likelihood: components["schemas"]["Likelihood"];
            person: components["schemas"]["PersonRef"];
            /** @description Path of the face's picture on this server. */
            picture: string;
            /**
             * Format: float
             * @description How sure, 0..1.
             */
            probability: number;
            /** @description Rises from sighting to sighting; a text for clients, whose numbers may be too small for it. */
            sighting_id: string;
            /**
             * Format: float
             * @description Cosine similarity of the best photo.
             */
            similarity: number;
        };
        /** @description An unknown person who looks like a face. */
        AlikeUnknown: {
            /**
             * Format: float
             * @description −1..1, higher is closer.
             */
            alike: number;
            /** @description Full id of the last camera. */
            camera: string;
            first_seen: components["schemas"]["Timestamp"];
            /** @description Whether somebody asked to ignore them. */
            ignored: boolean;
            last_seen: components["schemas"]["Timestamp"];
            /** @description How likely they are one person's. */
            likelihood: components["schemas"]["Likelihood"];
            /** @description Path of the best picture of the face on this server. */
            picture: string;
            /**
             * Format: uint32
             * @description How many visits.
             */
            times_seen: number;
            /** @description An unknown person's lasting id: 16 random lower-case hex digits. */
            unknown_id: string;
        };
        /** @description What would help most now. Left and right are the person's own. */
        Ask: ("one_person_only" | "come_closer" | "hold_still" | "more_light" | "less_light" | "look_at_camera" | "look_left" | "look_right") | "step_into_view" | "somebody_else";
        /** @description The client's first message, within ten seconds and 4 KiB. */
        Auth: {
            /** @description The client's own lasting id; cameras it names are kept apart from other clients' by it. */
            client_id: string;
            /** @description The client's clock, RFC 3339, so that the server knows the offset of its `captured_at`. */
            now: components["schemas"]["Timestamp"];
            /**
             * Format: uint32
             * @description The version the client has chosen from [`Hello::protocol`].
             */
            protocol: number;
            /** @description A token of this server. */
            token: string;
            /** @description Always `auth`. A field, since serde takes the tag of a lone struct for an unknown field. */
            type: components["schemas"]["AuthType"];
        };
        /** @description The answer to [`Auth`]. */
        AuthAnswer: {
            /** @description The server's clock. */
            now: components["schemas"]["Timestamp"];
            /** @description What this token may do. */
            role: components["schemas"]["Role"];
            /** @constant */
            type: "auth_ok";
        } | {
            /** @description `token` or `protocol` or `malformed`. */
            code: components["schemas"]["AuthErrorCode"];
            /** @description Why, for people. */
            message: string;
            /** @constant */
            type: "auth_invalid";
        };
        /** @description Why a login was refused. */
        AuthErrorCode: "invalid_token" | "unsupported_protocol" | "malformed";
        /** @description Whether a token is needed. */
        AuthRequirement: "required";
        /** @description The type of [`Auth`]. */
        AuthType: "auth";
        /** @description New settings of a camera; what is left out stays. */
        CameraChange: {
            /** @description The room or place it looks at, 200 bytes at most; none where empty. */
            area?: string | null;
            /** @description In a request the client's own lasting id of the camera, 1 to 128 bytes. */
            camera: string;
            /** @description Whether somebody confirmed here is at home; false for a camera that faces the street. */
            counts_as_home?: boolean | null;
            /** @description Parts of its picture, 16 at most, in fractions of its width and height: faces whose middle is in one are ignored. */
            ignored_areas?: components["schemas"]["Rect"][] | null;
            /**
             * Format: uint32
             * @description Faces narrower than this, pixels (1..=1000), are ignored; 0 for none.
             */
            min_face_px?: number | null;
            /** @description For people, 1 to 200 bytes; a new camera is called by its id. */
            name?: string | null;
            /**
             * Format: uint32
             * @description How long a person stays present after the last sighting, seconds (1..=86400); 0 for the server's default.
             */
            presence_timeout_s?: number | null;
            /** @description By how many degrees clockwise the camera's pictures are turned to be upright. */
            rotate?: components["schemas"]["Rotation"] | null;
        };
        /** @description A camera and who is there. */
        CameraInfo: {
            /** @description Path of the last annotated picture with a face. */
            annotated?: string | null;
            area?: string | null;
            /** @description Full id (`client_id/camera`; a camera of the configuration file has its plain name). */
            camera: string;
            /** @description Whether being confirmed here is being at home. */
            counts_as_home: boolean;
            /**
             * Format: uint
             * @description Faces in the last picture; 0 once that is `in_view_timeout_s` ago.
             */
            faces: number;
            /** @description When the last picture was taken. */
            last_picture_at?: components["schemas"]["Timestamp"] | null;
            name: string;
            /**
             * @description People who are here: present, and seen here at most `in_view_timeout_s` ago. Where somebody was before that is in the
             *     person's `presence`.
             */
            present: components["schemas"]["PersonRef"][];
            /**
             * @description By how many degrees clockwise its pictures are turned.
             * @default 0
             */
            rotate: components["schemas"]["Rotation"];
            /** @description The `rotate` with which its faces would be upright, where its pictures seem to be turned. */
            suggested_rotate?: components["schemas"]["Rotation"] | null;
            /** @description Whether an unknown person (not an ignored one) was in the last picture; false once that is `in_view_timeout_s` ago. */
            unknown_present: boolean;
        };
        /** @description How well a camera saw faces over its last visits. */
        CameraSight: {
            /** @description Full id of the camera. */
            camera: string;
            /** @description What to change, the most frequent fault first. */
            changes: components["schemas"]["SightChange"][];
            /**
             * Format: uint
             * @description In how many of them somebody was confirmed.
             */
            confirmed: number;
            /** @description When the first of them was. */
            since?: components["schemas"]["Timestamp"] | null;
            /** @description What half of the visits reach. */
            typical?: components["schemas"]["TypicalFace"] | null;
            verdict: components["schemas"]["SightVerdict"];
            /**
             * Format: uint
             * @description How many visits this rests on, 50 at most: of each its best face counts.
             */
            visits: number;
        };
        /** @description Answer to `cameras/configure`. */
        CamerasConfigured: {
            /** @description The cameras as they are now. */
            cameras: components["schemas"]["CameraInfo"][];
        };
        /** @description How alike a person is. */
        Candidate: {
            person: components["schemas"]["PersonRef"];
            /** @description Their most alike photo. */
            photo_id: string;
            /**
             * Format: float
             * @description Cosine with their most alike look, times what both can say: −1..1, higher is closer.
             */
            similarity: number;
        };
        /** @description Something that makes recognition worse, what would mend it, and what that would change. */
        CareFinding: {
            effect: components["schemas"]["Effect"];
            fault: components["schemas"]["Fault"];
            /** @description Who it looks like, or is the same as. */
            other?: components["schemas"]["PersonRef"] | null;
            person: components["schemas"]["PersonRef"];
            /** @description The photo, where it is about one. */
            photo_id?: string | null;
            /** @description Path of that photo on this server. */
            picture?: string | null;
            suggestion: components["schemas"]["Suggestion"];
            /** @description The photo that shows the same. */
            twin?: components["schemas"]["TwinPhoto"] | null;
        };
        /** @description Something that was done and can be undone. */
        ChangeInfo: {
            /** @description A change's id: 16 random lower-case hex digits. */
            change_id: string;
            /** @description Whom they were merged into. */
            into?: components["schemas"]["PersonRef"] | null;
            kind: components["schemas"]["ChangeKind"];
            /** @description Who was deleted or merged into somebody, whose photo it was, or who the unknown person is said to be. */
            person?: components["schemas"]["PersonRef"] | null;
            /** @description The deleted photo. */
            photo_id?: string | null;
            /**
             * Format: uint
             * @description How many photos are put back, or taken out again.
             */
            photos: number;
            /**
             * Format: uint32
             * @description How many visits the unknown person had made.
             */
            times_seen?: number | null;
            /** @description The unknown person. */
            unknown_id?: string | null;
            /** @description From when on it can't be undone. */
            until: components["schemas"]["Timestamp"];
        };
        /**
         * @description What was done.
         * @enum {string}
         */
        ChangeKind: "person_deleted" | "photo_deleted" | "people_merged" | "unknown_named" | "unknown_ignored" | "unknown_forgotten";
        /** @description Answer to deletions. */
        Deleted: {
            /** @description How to put it back, where `undo` was asked for. */
            change?: components["schemas"]["ChangeInfo"] | null;
            /** @description Always true; a thing that was not there is `not_found`. */
            deleted: boolean;
        };
        /** @description What following a suggestion would change, counted on what was kept. */
        Effect: {
            /**
             * Format: uint
             * @description As many would then.
             */
            strangers_after: number;
            /**
             * Format: uint
             * @description Unknown people, and faces that were said to be somebody else's, that look like the person now.
             */
            strangers_before: number;
            /**
             * Format: uint
             * @description Of how many.
             */
            visits: number;
            /**
             * Format: uint
             * @description As many would be then.
             */
            visits_after: number;
            /**
             * Format: uint
             * @description Kept visits of the person that would be told as theirs now.
             */
            visits_before: number;
        };
        /** @description A photo that is safely on disk and known from now on. */
        Enrolled: {
            /** @description What would make the next photo better, in words. */
            advice: string[];
            face: components["schemas"]["EnrolledFace"];
            person: components["schemas"]["PersonRef"];
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /**
             * Format: uint
             * @description How many usable photos the person has now.
             */
            photos: number;
        };
        /** @description The face that was learned. */
        EnrolledFace: {
            /** @description Where it was in the given picture. */
            box: components["schemas"]["Rect"];
            quality: components["schemas"]["QualityInfo"];
        };
        /** @description Every error code of the protocol. */
        ErrorCode: "invalid_json" | "invalid_request" | "unknown_type" | "unauthorized" | "forbidden" | "too_large" | "unreadable_image" | "fetch_failed" | "fetch_refused" | "camera_is_pushed" | "unknown_camera" | "superseded" | "busy" | "no_face" | "multiple_faces" | "too_small" | "too_blurry" | "invalid_name" | "duplicate" | "looks_like_someone_else" | "not_found" | "name_taken" | "storage_failed" | "shutting_down" | "internal";
        Event: {
            /** @description Path of the annotated picture on this server. */
            annotated: string;
            /** @description Where in the picture. */
            box: components["schemas"]["Rect"];
            /** @description Full id of the camera. */
            camera: string;
            grade: components["schemas"]["Grade"];
            /** @constant */
            kind: "sighting";
            person: components["schemas"]["PersonRef"];
            /** @description Path of the face's picture on this server. */
            picture: string;
            /**
             * Format: float
             * @description How sure, 0..1.
             */
            probability: number;
            /** @description For `sightings/correct`. */
            sighting_id: string;
        } | {
            /** @description Path of the annotated picture on this server. */
            annotated: string;
            /** @description Full id of the camera. */
            camera: string;
            /** @constant */
            kind: "unknown_seen";
            /** @description Who, as far as that goes. */
            unknown: components["schemas"]["UnknownInfo"];
        } | {
            /** @description Full id of the camera. */
            camera: string;
            /** @description When they were last gone, if they were here before. */
            departed_at?: components["schemas"]["Timestamp"] | null;
            /** @description Whether that camera counts as home. */
            home: boolean;
            /** @constant */
            kind: "arrived";
            person: components["schemas"]["PersonRef"];
        } | {
            /** @description Full id of the last camera. */
            camera: string;
            /** @constant */
            kind: "departed";
            person: components["schemas"]["PersonRef"];
        } | {
            /** @constant */
            kind: "person_changed";
            person: components["schemas"]["PersonInfo"];
        } | {
            /** @constant */
            kind: "person_removed";
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
        } | {
            camera: components["schemas"]["CameraInfo"];
            /** @constant */
            kind: "camera_changed";
        } | {
            /** @constant */
            kind: "sighting_corrected";
            /** @description Who it was not. */
            person: components["schemas"]["PersonRef"];
            sighting_id: string;
        } | {
            /** @constant */
            kind: "library_changed";
            library: components["schemas"]["LibraryInfo"];
        } | {
            /** @constant */
            kind: "settings_changed";
            settings: components["schemas"]["Settings"];
        };
        /** @description What a verdict rests on: all pictures of a face's track, or the one picture that was asked about. */
        Evidence: {
            /**
             * Format: float
             * @description What `confirmed` asks for.
             */
            confirmed_from: number;
            /** @description What holds it back from `confirmed`. */
            held_back_by?: components["schemas"]["HeldBackBy"] | null;
            /**
             * Format: float
             * @description Log odds of the nearest person against a stranger, where both come equally often; very low where nobody is enrolled.
             */
            log_odds: number;
            /**
             * Format: float
             * @description How many pictures; nearly equal ones count in part.
             */
            pictures: number;
            /**
             * Format: float
             * @description What `seen` asks for, with as many people as are enrolled.
             */
            seen_from: number;
            /**
             * Format: float
             * @description How alike the nearest person is, −1..1, what both can say and what they have in common with everybody taken off.
             */
            similarity: number;
            /**
             * Format: uint64
             * @description The track: the same number for the same visitor from picture to picture; only for observed pictures.
             */
            track?: number | null;
        };
        /** @description One face, in `details.faces` of `multiple_faces`. */
        FaceChoice: {
            /** @description Where; can be given back as `box`. */
            box: components["schemas"]["Rect"];
        };
        /** @description A place in a picture that the detector takes for a face. */
        FaceInfo: {
            /** @description Where, pixels of the upright picture. */
            box: components["schemas"]["Rect"];
            /** @description What `identity` rests on. */
            evidence: components["schemas"]["Evidence"];
            identity: components["schemas"]["Identity"];
            /** @description Viewer-left eye, viewer-right eye, nose, viewer-left and viewer-right mouth corner, `[x, y]` in pixels. */
            landmarks: number[][];
            /** @description The most alike people, best first, three at most. */
            nearest: components["schemas"]["Candidate"][];
            quality: components["schemas"]["QualityInfo"];
            /**
             * Format: float
             * @description The detector's score, 0..1.
             */
            score: number;
        };
        /** @description What is wrong. */
        Fault: "somebody_elses" | "same_person" | "unlike" | "duplicate" | "poor" | "one_sided";
        /** @description How firmly a person was recognised. */
        Grade: "seen" | "confirmed";
        /** @description What holds a verdict back from `confirmed`. */
        HeldBackBy: "similarity" | "margin" | "pictures" | "correction";
        /** @description Who a face is. */
        Identity: {
            /** @description The grade reached with this picture. */
            grade: components["schemas"]["Grade"];
            /** @constant */
            kind: "known";
            /** @description For people: the bare name where it is `confirmed`, "looks like" and the name where it is `seen`. */
            label: string;
            person: components["schemas"]["PersonRef"];
            /**
             * Format: float
             * @description How sure, 0..1.
             */
            probability: number;
        } | {
            /** @constant */
            kind: "unsure";
            /** @description For people. */
            label: string;
            person: components["schemas"]["PersonRef"];
            /**
             * Format: float
             * @description How likely, 0..1.
             */
            probability: number;
            /** @description Why it isn't decided, in words. */
            reason: string;
            /** @description What would settle it, most helpful first; never empty. */
            settle_by: components["schemas"]["SettleBy"][];
        } | {
            /**
             * @description Asked to be ignored.
             * @default false
             */
            ignored: boolean;
            /** @constant */
            kind: "unknown";
            /**
             * @description Not known yet, perhaps: photos are still being learned.
             * @default false
             */
            learning: boolean;
            /** @description The unknown person's lasting id, for observed pictures. */
            unknown_id?: string | null;
        };
        /** @description A photo that is somebody else's here. */
        ImportedElsewhere: {
            /** @description What the file was called. */
            file: string;
            /** @description Whose it is here. */
            person: components["schemas"]["PersonRef"];
        };
        /** @description What became of a person in a file that was taken in. */
        ImportedPerson: {
            /** @description They were not known. */
            added: boolean;
            /** @description Who it is here: somebody with this id, or else of this name, may have been known already. */
            person: components["schemas"]["PersonRef"];
            /**
             * Format: uint
             * @description Photos that are theirs from now on.
             */
            photos_added: number;
            /**
             * Format: uint
             * @description Photos that they had.
             */
            photos_known: number;
            /** @description Photos that are other people's here, and stay theirs. */
            somebody_elses: components["schemas"]["ImportedElsewhere"][];
        };
        /** @description What became of a file that was taken in. */
        LibraryImported: {
            /** @description Everybody in it. */
            people: components["schemas"]["ImportedPerson"][];
        };
        /** @description How the folder of people is. */
        LibraryInfo: {
            /** @description Set while so many people's folders are missing that the folder must be away; recognition goes on with what is known. */
            missing?: components["schemas"]["MissingPeople"] | null;
            /**
             * Format: uint
             * @description How many faults `problems/list` has.
             */
            problems: number;
        };
        /** @description How likely two faces are one person's. */
        Likelihood: "possible" | "likely" | "sure";
        /** @description What the server takes at most. */
        LimitsInfo: {
            /**
             * Format: uint64
             * @description Bytes of one encoded picture.
             */
            max_image_bytes: number;
            /**
             * Format: uint64
             * @description Bytes of one encoded photo to learn from.
             */
            max_photo_bytes: number;
            /**
             * Format: uint64
             * @description Pixels of one photo to learn from.
             */
            max_photo_pixels: number;
            /**
             * Format: uint64
             * @description Pixels of one picture; one that isn't a JPEG must also be decoded within 150 MB.
             */
            max_pixels: number;
        };
        /** @description A page of a list. */
        ListPage: {
            items: components["schemas"]["ProposalInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage2: {
            items: components["schemas"]["PersonInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage3: {
            items: components["schemas"]["PhotoInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage4: {
            items: components["schemas"]["ChangeInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage5: {
            items: components["schemas"]["ProblemInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage6: {
            items: components["schemas"]["CareFinding"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage7: {
            items: components["schemas"]["UnknownInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage8: {
            items: components["schemas"]["SightingInfo"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. */
        ListPage9: {
            items: components["schemas"]["CameraSight"][];
            /** @description Give it as `cursor` for the next page; absent on the last. */
            next_cursor?: string | null;
        };
        /** @description People whose folders are missing and waited for. */
        MissingPeople: {
            /**
             * Format: uint64
             * @description They are forgotten after this long, seconds.
             */
            forgotten_after_s: number;
            /**
             * Format: uint
             * @description How many people are known, missing or not.
             */
            of: number;
            /**
             * Format: uint
             * @description How many people are missing.
             */
            people: number;
            /**
             * Format: uint64
             * @description How long the server has waited for them, seconds; time in which nobody looked doesn't count.
             */
            waited_s: number;
        };
        /** @description The recogniser in use. */
        ModelInfo: {
            /**
             * Format: uint32
             * @description Numbers in one embedding.
             */
            embedding_length: number;
            /** @description First 16 hex digits over the pack's files. */
            hash: string;
            /** @description The pack's name, "yunet-sface" for the default. */
            name: string;
        };
        /** @description A refusal that a person may override. */
        Override: "duplicate" | "looks_like_someone_else";
        /** @description A person, where they are, and what they look like. */
        PersonInfo: {
            /** @description Lasting id; a rename keeps it. */
            id: string;
            /** @description The name, as the folder under `faces/` has it. */
            name: string;
            /**
             * Format: uint
             * @description How many photos are usable.
             */
            photos: number;
            /** @description Path of the newest picture of their face on this server. */
            picture?: string | null;
            presence: components["schemas"]["PresenceInfo"];
            /**
             * Format: uint32
             * @description How long they stay present after the last sighting, seconds, if that is set for this person.
             */
            presence_timeout_s?: number | null;
            /**
             * Format: uint
             * @description How many pictures of their visits wait to be accepted as photos or declined.
             * @default 0
             */
            proposals: number;
            /**
             * @description True for the sample people that come with the server: nobody of this home, and gone once somebody else is enrolled.
             * @default false
             */
            sample: boolean;
        };
        /** @description Somebody enrolled. */
        PersonRef: {
            /** @description Lasting id; a rename keeps it. */
            id: string;
            /** @description The name, as the folder under `faces/` has it. */
            name: string;
        };
        /** @description A photo that taught a person. */
        PhotoInfo: {
            /** @description File name within the person's folder. */
            file: string;
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /** @description Path of the picture on this server. */
            picture: string;
            /** @description Why it could not. */
            problem?: string | null;
            quality?: components["schemas"]["QualityInfo"] | null;
            /** @description Whether it could be learned. */
            usable: boolean;
        };
        /** @description How a picture comes: exactly one of the fields. */
        Picture: {
            data: string;
        } | {
            url: string;
        };
        /** @description Answer to `ping`. */
        Pong: {
            now: components["schemas"]["Timestamp"];
        };
        /** @description Where a person is. */
        PresenceInfo: {
            /** @description The area of that camera. */
            area?: string | null;
            /** @description Full id of the last camera. */
            camera?: string | null;
            /**
             * @description When their last presence ended: the last sighting plus the time that presence lasts. Stays while they are present again,
             *     so that a greeting can say how long they were away.
             */
            departed_at?: components["schemas"]["Timestamp"] | null;
            /** @description Confirmed within the timeout on a camera that counts as home. */
            home: boolean;
            /** @description Last sighting, of either grade. */
            last_seen?: components["schemas"]["Timestamp"] | null;
            /** @description Confirmed within the timeout. */
            present: boolean;
            /**
             * Format: float
             * @description How sure the last sighting was, 0..1.
             */
            probability?: number | null;
            /** @description Present since then. */
            since?: components["schemas"]["Timestamp"] | null;
        };
        /** @description Something under the faces folder that is not used or not right. */
        ProblemInfo: {
            kind: components["schemas"]["ProblemKind"];
            /** @description What is wrong with it, in words. */
            message: string;
            /** @description Where it is, relative to the faces folder; for clients, control characters are escaped. */
            path: string;
            /** @description Whom it is about, where that is somebody known. */
            person_id?: string | null;
            /** @description Which of their photos, for `photos/move`, `photos/accept` and `photos/delete`. */
            photo_id?: string | null;
        };
        /** @description What is wrong with something under `faces/`. */
        ProblemKind: "skipped" | "unusable" | "missing" | "somebody_elses" | "unlike" | "same_person";
        /** @description A picture that waits to be accepted or declined, and where it is. */
        ProposalInfo: {
            /** @description What it would add; never empty. */
            adds: components["schemas"]["Adds"][];
            /** @description When the picture was taken. */
            at: components["schemas"]["Timestamp"];
            /** @description Full id of the camera. */
            camera: string;
            person: components["schemas"]["PersonRef"];
            /** @description Path of the picture on this server. */
            picture: string;
            /** @description A proposal's id: 16 random lower-case hex digits. */
            proposal_id: string;
            quality: components["schemas"]["QualityInfo"];
            view: components["schemas"]["View"];
        };
        /** @description Answer to `proposals/accept`: each picture is in one of the lists, and waits no more. */
        ProposalsAccepted: {
            /** @description These are photos now. */
            photos: components["schemas"]["ProposedPhoto"][];
            /** @description These may not teach any more, since photos or people have changed after they were proposed. */
            refused: components["schemas"]["RefusedProposal"][];
        };
        /** @description A picture that is a photo now. */
        ProposedPhoto: {
            person: components["schemas"]["PersonRef"];
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /** @description A proposal's id: 16 random lower-case hex digits. */
            proposal_id: string;
        };
        /** @description Why a picture is sent. */
        Purpose: "observe" | "ask";
        /** @description How usable a face is. Each part 0..1, 1 best, but `size_px`. */
        QualityInfo: {
            /** Format: float */
            light: number;
            /**
             * Format: float
             * @description All parts together.
             */
            overall: number;
            /**
             * Format: float
             * @description How frontal the face is, by its landmarks.
             */
            pose: number;
            /** @description What is wrong, worst first; empty for a good face. */
            reasons: components["schemas"]["Reason"][];
            /** Format: float */
            sharpness: number;
            /**
             * Format: float
             * @description Mean of the box's width and height in the pixels that were looked at: the picture's own, unless it is very large.
             */
            size_px: number;
        };
        /** @description Why a face is hard to recognise. */
        Reason: {
            /** @description `too_small`, `blurry`, `turned_away`, `too_dark`, `too_bright`, `low_contrast`, `cut_off`; may grow. */
            code: string;
            /** @description For the person who took the picture. */
            message: string;
        };
        /** @description Answer to `recognize`. */
        Recognition: {
            /** @description Path of the annotated JPEG on this server, where `annotate` was set. */
            annotated?: string | null;
            /** @description The camera's full id (`client_id/camera`), where one was named. */
            camera?: string | null;
            /** @description When the picture was taken, by the server's clock. */
            captured_at: components["schemas"]["Timestamp"];
            /** @description Everybody in it, largest first. */
            faces: components["schemas"]["FaceInfo"][];
            /**
             * Format: uint32
             * @description Height of the upright picture, pixels.
             */
            height: number;
            /**
             * @description True while photos are still being learned: a face that isn't known may be somebody whose photo is among them.
             * @default false
             */
            learning: boolean;
            /**
             * @description True for an observed picture whose bytes are the camera's last ones: it was not counted again.
             * @default false
             */
            repeated: boolean;
            /**
             * @description True when another picture of this visit would change nothing: every face is confirmed, or there is none.
             * @default false
             */
            settled: boolean;
            /** @description By how many degrees clockwise an asked picture seems to have to be turned: it shows nobody who is known as it is. */
            suggested_rotate?: components["schemas"]["Rotation"] | null;
            timings: components["schemas"]["Timings"];
            /**
             * Format: uint32
             * @description Width of the upright picture, pixels.
             */
            width: number;
        };
        /** @description An upright rectangle in pixels of the upright frame; it may reach over the picture's edge. */
        Rect: {
            /**
             * Format: float
             * @description Height, pixels.
             */
            h: number;
            /**
             * Format: float
             * @description Width, pixels.
             */
            w: number;
            /**
             * Format: float
             * @description Left edge, pixels.
             */
            x: number;
            /**
             * Format: float
             * @description Top edge, pixels.
             */
            y: number;
        };
        /** @description A picture that could not be learned. */
        RefusedProposal: {
            /** @description Why, as `enroll` would say it. */
            error: components["schemas"]["WireError"];
            /** @description A proposal's id: 16 random lower-case hex digits. */
            proposal_id: string;
        };
        /** @description One request: `{"id": 7, "type": "recognize", …}`. The id is the client's; answers carry it back. */
        Request: {
            /**
             * Format: uint64
             * @description Any number that no other open request of this connection has.
             */
            id: number;
        } & ({
            /** @constant */
            type: "ping";
        } | {
            /**
             * @description Also keep a picture with boxes and names; the result has its path (`annotated`).
             * @default false
             */
            annotate: boolean;
            /** @description The client's own id of the camera; needed to observe. */
            camera?: string | null;
            /** @description When the picture was taken, by the client's clock; needed to observe. */
            captured_at?: components["schemas"]["Timestamp"] | null;
            picture: components["schemas"]["Picture"];
            /** @description Observe (feeds presence) or ask (changes nothing). */
            purpose: components["schemas"]["Purpose"];
            /** @description The client's clock when it sent this. Where it is given, clocks that are set during the connection do no harm. */
            sent_at?: components["schemas"]["Timestamp"] | null;
            /** @constant */
            type: "recognize";
        } | {
            picture: components["schemas"]["Picture"];
            /** @constant */
            type: "search";
        } | {
            /**
             * @description Refusals to override.
             * @default []
             */
            allow: components["schemas"]["Override"][];
            /** @description Which of several faces: a box of an earlier answer, pixels of the upright picture. */
            box?: components["schemas"]["Rect"] | null;
            /** @description The person's name; a new person is made where nobody has it. */
            person: string;
            picture: components["schemas"]["Picture"];
            /** @constant */
            type: "enroll";
        } | {
            /** @description Where the client left off; missed events are replayed if they are still there. */
            since?: components["schemas"]["Since"] | null;
            /** @constant */
            type: "subscribe";
        } | {
            /** @description Full id of the camera; left out: you send the pictures, with `sittings/picture`. */
            camera?: string | null;
            /** @constant */
            type: "sittings/start";
        } | {
            picture: components["schemas"]["Picture"];
            /** @description A sitting's id: 16 random lower-case hex digits. */
            sitting_id: string;
            /** @constant */
            type: "sittings/picture";
        } | {
            /** @description A sitting's id: 16 random lower-case hex digits. */
            sitting_id: string;
            /** @constant */
            type: "sittings/get";
        } | {
            /**
             * @description Refusals to override.
             * @default []
             */
            allow: components["schemas"]["Override"][];
            /** @description The person's name; a new person is made where nobody has it. */
            person: string;
            /** @description Which of the pictures, by their `picture_id`; at least one. Either all are learned or none. */
            pictures: number[];
            /** @description A sitting's id: 16 random lower-case hex digits. */
            sitting_id: string;
            /** @constant */
            type: "sittings/accept";
        } | {
            /** @description A sitting's id: 16 random lower-case hex digits. */
            sitting_id: string;
            /** @constant */
            type: "sittings/decline";
        } | {
            cursor?: string | null;
            /** Format: uint32 */
            limit?: number | null;
            /** @description Only of this person. */
            person_id?: string | null;
            /** @constant */
            type: "proposals/list";
        } | {
            /** @description Which, at least one. */
            proposal_ids: string[];
            /** @constant */
            type: "proposals/accept";
        } | {
            /** @description Which, at least one. */
            proposal_ids: string[];
            /** @constant */
            type: "proposals/decline";
        } | {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description How many at most, 1..=500; 100 where left out.
             */
            limit?: number | null;
            /** @constant */
            type: "people/list";
        } | {
            name: string;
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /** @constant */
            type: "people/rename";
        } | {
            /** @description Who disappears. */
            from: string;
            /** @description Who stays. */
            into: string;
            /** @constant */
            type: "people/merge";
        } | {
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /**
             * Format: uint32
             * @description How long they stay present after the last sighting, whatever the camera, seconds (1..=86400); left out: the camera's
             *     time, or the server's.
             */
            presence_timeout_s?: number | null;
            /** @constant */
            type: "people/configure";
        } | {
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /** @constant */
            type: "people/delete";
            /**
             * @description Whether they can be put back for an hour (`changes/undo`); otherwise they are erased at once.
             * @default false
             */
            undo: boolean;
        } | {
            cursor?: string | null;
            /** Format: uint32 */
            limit?: number | null;
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /** @constant */
            type: "photos/list";
        } | {
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /** @constant */
            type: "photos/delete";
            /**
             * @description Whether it can be put back for an hour (`changes/undo`); otherwise it is erased at once.
             * @default false
             */
            undo: boolean;
        } | {
            /** @description Name of who it is. */
            person: string;
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /** @constant */
            type: "photos/move";
        } | {
            /** @description A person's lasting id: 16 random lower-case hex digits, kept in `.person.json`, survives renaming. */
            person_id: string;
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /** @constant */
            type: "photos/accept";
        } | {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description How many at most, 1..=500; 100 where left out.
             */
            limit?: number | null;
            /** @constant */
            type: "changes/list";
        } | {
            /** @description A change's id: 16 random lower-case hex digits. */
            change_id: string;
            /** @constant */
            type: "changes/undo";
        } | {
            /** @description Of what; left out: of everything that can be undone. */
            change_id?: string | null;
            /** @constant */
            type: "changes/erase";
        } | {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description How many at most, 1..=500; 100 where left out.
             */
            limit?: number | null;
            /** @constant */
            type: "problems/list";
        } | {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description How many at most, 1..=500; 100 where left out.
             */
            limit?: number | null;
            /** @constant */
            type: "care/list";
        } | {
            /** @description What to do about them. */
            answer: components["schemas"]["AboutMissing"];
            /** @constant */
            type: "people/missing";
        } | {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description How many at most, 1..=500; 100 where left out.
             */
            limit?: number | null;
            /** @constant */
            type: "unknowns/list";
        } | {
            /** @description The person's name; a new person is made where nobody has it. */
            person: string;
            /** @constant */
            type: "unknowns/assign";
            /** @description An unknown person's lasting id: 16 random lower-case hex digits. */
            unknown_id: string;
        } | {
            /** @constant */
            type: "unknowns/ignore";
            /** @description An unknown person's lasting id: 16 random lower-case hex digits. */
            unknown_id: string;
        } | {
            /** @constant */
            type: "unknowns/delete";
            /**
             * @description Whether they can be put back for an hour (`changes/undo`); otherwise they are erased at once.
             * @default false
             */
            undo: boolean;
            /** @description An unknown person's lasting id: 16 random lower-case hex digits. */
            unknown_id: string;
        } | {
            /** @description Only from this camera (full id). */
            camera?: string | null;
            cursor?: string | null;
            /** Format: uint32 */
            limit?: number | null;
            /** @description Only of this person. */
            person_id?: string | null;
            /** @constant */
            type: "sightings/list";
        } | {
            /**
             * @description Who it was, by name, where that is known; the face becomes their photo. Otherwise just not who was said. The name that
             *     was said takes a correction back.
             */
            person?: string | null;
            /** @description Why it was wrong, where it was nobody at all; not together with `person`. */
            reason?: components["schemas"]["WrongBecause"] | null;
            sighting_id: string;
            /** @constant */
            type: "sightings/correct";
        } | {
            /** @description The cameras, each by the client's own id; cameras not named stay as they are. */
            cameras: components["schemas"]["CameraChange"][];
            /** @constant */
            type: "cameras/configure";
        } | {
            /** @description `next_cursor` of the page before. */
            cursor?: string | null;
            /**
             * Format: uint32
             * @description How many at most, 1..=500; 100 where left out.
             */
            limit?: number | null;
            /** @constant */
            type: "cameras/sight";
        } | {
            /** @constant */
            type: "settings/get";
        } | {
            /**
             * Format: uint32
             * @description How long after a camera's last picture it still shows faces and who is there, seconds (5..=600).
             */
            in_view_timeout_s?: number | null;
            /**
             * Format: uint32
             * @description How long a person stays present after the last sighting, seconds (1..=86400).
             */
            presence_timeout_s?: number | null;
            /**
             * Format: uint32
             * @description How long sightings and unknown faces are kept, days (1..=365).
             */
            retention_days?: number | null;
            /**
             * Format: float
             * @description Strangers confirmed as someone per thousand visits, 0.1..=50.
             */
            strangers_per_thousand?: number | null;
            /** @constant */
            type: "settings/set";
        } | {
            /** @constant */
            type: "stats";
        });
        /** @description What a token may do. */
        Role: "trigger" | "push" | "read" | "admin";
        /**
         * Format: uint16
         * @description By how much a picture is turned clockwise so that it is upright; on the wire in degrees.
         * @enum {integer}
         */
        Rotation: 0 | 90 | 180 | 270;
        /** @description Answer to `search`. */
        SearchResult: {
            /**
             * Format: uint
             * @description How many past sightings they were compared with.
             */
            compared: number;
            /** @description The faces in it, largest first, ten at most. */
            faces: components["schemas"]["SearchedFace"][];
            /**
             * Format: uint32
             * @description Height of the upright picture, pixels.
             */
            height: number;
            /**
             * @description True while photos are still being learned: somebody may be missing.
             * @default false
             */
            learning: boolean;
            /** @description By how many degrees clockwise the picture seems to have to be turned. */
            suggested_rotate?: components["schemas"]["Rotation"] | null;
            /**
             * Format: uint32
             * @description Width of the upright picture, pixels.
             */
            width: number;
        };
        /**
         * @description A face in a picture, and what is remembered that looks like it: of each kind the most alike first, twelve at most. All are
         *     empty for somebody who has not been seen.
         */
        SearchedFace: {
            /**
             * Format: uint
             * @description How many sightings are alike, those that are not listed, too.
             */
            alike_sightings: number;
            /** @description Where, pixels of the upright picture. */
            box: components["schemas"]["Rect"];
            /** @description Viewer-left eye, viewer-right eye, nose, viewer-left and viewer-right mouth corner, `[x, y]` in pixels. */
            landmarks: number[][];
            people: components["schemas"]["AlikePerson"][];
            quality: components["schemas"]["QualityInfo"];
            /**
             * Format: float
             * @description The detector's score, 0..1.
             */
            score: number;
            sightings: components["schemas"]["AlikeSighting"][];
            /** @description Ignored ones, too. */
            unknowns: components["schemas"]["AlikeUnknown"][];
        };
        /** @description Who answers. */
        ServerInfo: {
            /** @description Random, made at first start, kept in the data folder: tells two servers apart even when their address changes. */
            id: string;
            /** @description The program's version. */
            version: string;
        };
        /** @description What a home can set. */
        Settings: {
            /**
             * Format: uint32
             * @description How long after a camera's last picture it still shows faces and who is there, seconds.
             */
            in_view_timeout_s: number;
            /**
             * Format: uint32
             * @description How long a person stays present after the last sighting, seconds.
             */
            presence_timeout_s: number;
            /**
             * Format: uint32
             * @description How long sightings and unknown faces are kept, days.
             */
            retention_days: number;
            /**
             * Format: float
             * @description Strangers confirmed as someone per thousand visits.
             */
            strangers_per_thousand: number;
        };
        /** @description What would settle an unsure face. */
        SettleBy: "closer" | "sharper" | "another_picture";
        /** @description What is wrong in half of a camera's visits, or more. */
        SightChange: {
            /** @description What to change, in words. */
            advice: string;
            reason: components["schemas"]["Reason"];
            /**
             * Format: uint
             * @description In how many visits.
             */
            visits: number;
        };
        /** @description Whether a camera sees faces well enough. */
        SightVerdict: "good" | "unknown" | "fair" | "poor";
        /** @description A past sighting, and what it showed. */
        SightingInfo: {
            /** @description When the picture was taken. */
            at: components["schemas"]["Timestamp"];
            /** @description Full id of the camera. */
            camera: string;
            /** @description Whether somebody said it was wrong. */
            corrected: boolean;
            grade: components["schemas"]["Grade"];
            person: components["schemas"]["PersonRef"];
            /** @description Path of the face's picture on this server. */
            picture: string;
            /**
             * Format: float
             * @description How sure, 0..1.
             */
            probability: number;
            /** @description Rises from sighting to sighting; a text for clients, whose numbers may be too small for it. */
            sighting_id: string;
            /**
             * Format: float
             * @description Cosine similarity of the best photo.
             */
            similarity: number;
        };
        /** @description Where a client left off. */
        Since: {
            /** @description The run of the last event received. */
            run: string;
            /**
             * Format: uint64
             * @description Its number.
             */
            seq: number;
        };
        /** @description Somebody who is learned at a camera, or by pictures that are sent, and the pictures of them. */
        SittingInfo: {
            /** @description What would help most now; only while pictures are taken. */
            ask?: components["schemas"]["Ask"] | null;
            /** @description Full id of the camera; left out where pictures are sent with `sittings/picture`. */
            camera?: string | null;
            ends_at: components["schemas"]["Timestamp"];
            /** @description The pictures that would be learned, in the order in which they were taken. A better one may take another's place. */
            pictures: components["schemas"]["SittingPicture"][];
            /** @description A sitting's id: 16 random lower-case hex digits. */
            sitting_id: string;
            /** @description Whether more pictures are taken. Ends by itself, at the latest at `ends_at`. */
            taking: boolean;
        };
        /** @description A picture that would be learned, and where it is. */
        SittingPicture: {
            /** @description Path of the picture on this server. */
            picture: string;
            /** Format: uint32 */
            picture_id: number;
            quality: components["schemas"]["QualityInfo"];
            view: components["schemas"]["View"];
        };
        /** @description Everything a client shows. */
        State: {
            /** @description Cameras and who is there. */
            cameras: components["schemas"]["CameraInfo"][];
            /**
             * @description The folder of people.
             * @default {
             *       "problems": 0
             *     }
             */
            library: components["schemas"]["LibraryInfo"];
            people: components["schemas"]["PersonInfo"][];
            /** @description Where not everybody fits into one message: the `cursor` with which `people/list` goes on. */
            people_cursor?: string | null;
        };
        /** @description Answer to `stats`. */
        Stats: {
            /**
             * Format: uint
             * @description Connected clients.
             */
            clients: number;
            /**
             * Format: uint64
             * @description Pictures that failed.
             */
            failed: number;
            /**
             * Format: float
             * @description Arrival to answer, median of the last 200 pictures, ms.
             */
            latency_median_ms: number;
            /**
             * Format: float
             * @description Arrival to answer, 95th percentile of the last 200 pictures, ms.
             */
            latency_p95_ms: number;
            /**
             * Format: float
             * @description Share of worker time in use over the last minute, 0..1.
             */
            load: number;
            /**
             * Format: uint
             * @description People enrolled.
             */
            people: number;
            /**
             * Format: uint
             * @description Usable photos.
             */
            photos: number;
            /**
             * Format: uint
             * @description Files found under the faces folder and not learned yet.
             */
            photos_to_learn: number;
            /**
             * Format: uint64
             * @description Pictures recognised since start.
             */
            pictures: number;
            /**
             * Format: uint64
             * @description Pictures that a newer one replaced.
             */
            superseded: number;
            /**
             * Format: uint64
             * @description Since the server started, seconds.
             */
            uptime_s: number;
            /**
             * Format: uint
             * @description Pictures waiting now.
             */
            waiting: number;
            /**
             * Format: uint
             * @description Bytes of waiting pictures now.
             */
            waiting_bytes: number;
            /**
             * Format: uint
             * @description Worker threads.
             */
            workers: number;
        };
        /** @description Answer to `subscribe`; events follow. */
        Subscribed: {
            /**
             * @description True where missed events are lost (or nothing was asked for): `state` holds everything. Otherwise the missed ones
             *     follow, marked `replayed`.
             */
            gap: boolean;
            /** @description This start of the server. */
            run: string;
            /**
             * Format: uint64
             * @description Number of the last event before this answer.
             */
            seq: number;
            /** @description Everything as it is now. */
            state?: components["schemas"]["State"] | null;
        };
        /** @description What would mend it. */
        Suggestion: "delete" | "move" | "merge" | "teach";
        /**
         * Format: date-time
         * @description An instant, RFC 3339 with a zone.
         */
        Timestamp: string;
        /** @description How the time went, milliseconds. */
        Timings: {
            /**
             * Format: float
             * @description Bytes to pixels.
             */
            decode_ms: number;
            /**
             * Format: float
             * @description Pixels to boxes, the second opinion included.
             */
            detect_ms: number;
            /**
             * Format: float
             * @description Boxes to embeddings: alignment, quality and the recogniser.
             */
            embed_ms: number;
            /**
             * Format: float
             * @description Waiting for a worker.
             */
            queue_ms: number;
        };
        /** @description A photo of the same person that shows the same. */
        TwinPhoto: {
            /** @description A photo's id: the first 16 hex digits of the SHA-256 of the file's bytes. */
            photo_id: string;
            /** @description Path of the picture on this server. */
            picture: string;
        };
        /** @description Medians of a camera's visits, as in `QualityInfo`. */
        TypicalFace: {
            /** Format: float */
            light: number;
            /** Format: float */
            overall: number;
            /** Format: float */
            pose: number;
            /** Format: float */
            sharpness: number;
            /** Format: float */
            size_px: number;
        };
        /** @description Who is back after something was undone. */
        Undone: {
            /** @description The person who was deleted or merged into somebody, or whose photo it was. */
            person?: components["schemas"]["PersonInfo"] | null;
            /** @description The unknown person. */
            unknown?: components["schemas"]["UnknownInfo"] | null;
        };
        /** @description An unknown person, and what they look like. */
        UnknownInfo: {
            /** @description Full id of the last camera. */
            camera: string;
            first_seen: components["schemas"]["Timestamp"];
            /** @description Whether somebody asked to ignore them. */
            ignored: boolean;
            last_seen: components["schemas"]["Timestamp"];
            /** @description Path of the best picture of the face on this server. */
            picture: string;
            /**
             * Format: uint32
             * @description How many visits.
             */
            times_seen: number;
            /** @description An unknown person's lasting id: 16 random lower-case hex digits. */
            unknown_id: string;
        };
        /** @description An inclusive range of protocol versions. */
        VersionRange: {
            /** Format: uint32 */
            max: number;
            /** Format: uint32 */
            min: number;
        };
        /** @description Which way a face looks, as seen in the picture. */
        View: ("left" | "right") | "front";
        /** @description Why a request failed. */
        WireError: {
            code: components["schemas"]["ErrorCode"];
            /**
             * @description More for programs, by code: `multiple_faces` has `faces`, `looks_like_someone_else` has `person` and `similarity`,
             *     `busy` has `retry_after_ms`.
             */
            details?: unknown;
            /** @description For people: what is wrong and what was expected. */
            message: string;
        };
        /** @description Why a sighting was wrong. */
        WrongBecause: "not_a_person";
        event: {
            /** @description When it happened, by the server's clock. */
            at: components["schemas"]["Timestamp"];
            event: components["schemas"]["Event"];
            /**
             * @description True where the client missed it and gets it now.
             * @default false
             */
            replayed: boolean;
            /** @description This start of the server. */
            run: string;
            /**
             * Format: uint64
             * @description Rises by one with every event of this run; gaps mean coalesced state events.
             */
            seq: number;
        };
        /** @description The server's first message. */
        hello: {
            /** @description Whether [`Auth`] needs a token. */
            auth: components["schemas"]["AuthRequirement"];
            /** @description Optional abilities, by name; unknown ones are ignored. */
            features: string[];
            /** @description What the server takes at most. */
            limits: components["schemas"]["LimitsInfo"];
            /** @description The recogniser in use; embeddings and similarities of different models cannot be compared. */
            model: components["schemas"]["ModelInfo"];
            /** @description Versions this server speaks. */
            protocol: components["schemas"]["VersionRange"];
            server: components["schemas"]["ServerInfo"];
        };
        /** @description One answer to one request. */
        result: {
            error?: components["schemas"]["WireError"] | null;
            /**
             * Format: uint64
             * @description The request's id; null where the request was no JSON or had none.
             */
            id?: number | null;
            /** @description The answer, its shape named by the request type. */
            result?: unknown;
            /** @description Whether `result` or `error` follows. */
            success: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AboutMissing = components['schemas']['AboutMissing'];
export type Adds = components['schemas']['Adds'];
export type AlikePerson = components['schemas']['AlikePerson'];
export type AlikeSighting = components['schemas']['AlikeSighting'];
export type AlikeUnknown = components['schemas']['AlikeUnknown'];
export type Ask = components['schemas']['Ask'];
export type Auth = components['schemas']['Auth'];
export type AuthAnswer = components['schemas']['AuthAnswer'];
export type AuthErrorCode = components['schemas']['AuthErrorCode'];
export type AuthRequirement = components['schemas']['AuthRequirement'];
export type AuthType = components['schemas']['AuthType'];
export type CameraChange = components['schemas']['CameraChange'];
export type CameraInfo = components['schemas']['CameraInfo'];
export type CameraSight = components['schemas']['CameraSight'];
export type CamerasConfigured = components['schemas']['CamerasConfigured'];
export type Candidate = components['schemas']['Candidate'];
export type CareFinding = components['schemas']['CareFinding'];
export type ChangeInfo = components['schemas']['ChangeInfo'];
export type ChangeKind = components['schemas']['ChangeKind'];
export type Deleted = components['schemas']['Deleted'];
export type Effect = components['schemas']['Effect'];
export type Enrolled = components['schemas']['Enrolled'];
export type EnrolledFace = components['schemas']['EnrolledFace'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type Event = components['schemas']['event'];
export type Evidence = components['schemas']['Evidence'];
export type FaceChoice = components['schemas']['FaceChoice'];
export type FaceInfo = components['schemas']['FaceInfo'];
export type Fault = components['schemas']['Fault'];
export type Grade = components['schemas']['Grade'];
export type HeldBackBy = components['schemas']['HeldBackBy'];
export type Identity = components['schemas']['Identity'];
export type ImportedElsewhere = components['schemas']['ImportedElsewhere'];
export type ImportedPerson = components['schemas']['ImportedPerson'];
export type LibraryImported = components['schemas']['LibraryImported'];
export type LibraryInfo = components['schemas']['LibraryInfo'];
export type Likelihood = components['schemas']['Likelihood'];
export type LimitsInfo = components['schemas']['LimitsInfo'];
export type ListPage = components['schemas']['ListPage'];
export type ListPage2 = components['schemas']['ListPage2'];
export type ListPage3 = components['schemas']['ListPage3'];
export type ListPage4 = components['schemas']['ListPage4'];
export type ListPage5 = components['schemas']['ListPage5'];
export type ListPage6 = components['schemas']['ListPage6'];
export type ListPage7 = components['schemas']['ListPage7'];
export type ListPage8 = components['schemas']['ListPage8'];
export type ListPage9 = components['schemas']['ListPage9'];
export type MissingPeople = components['schemas']['MissingPeople'];
export type ModelInfo = components['schemas']['ModelInfo'];
export type Override = components['schemas']['Override'];
export type PersonInfo = components['schemas']['PersonInfo'];
export type PersonRef = components['schemas']['PersonRef'];
export type PhotoInfo = components['schemas']['PhotoInfo'];
export type Picture = components['schemas']['Picture'];
export type Pong = components['schemas']['Pong'];
export type PresenceInfo = components['schemas']['PresenceInfo'];
export type ProblemInfo = components['schemas']['ProblemInfo'];
export type ProblemKind = components['schemas']['ProblemKind'];
export type ProposalInfo = components['schemas']['ProposalInfo'];
export type ProposalsAccepted = components['schemas']['ProposalsAccepted'];
export type ProposedPhoto = components['schemas']['ProposedPhoto'];
export type Purpose = components['schemas']['Purpose'];
export type QualityInfo = components['schemas']['QualityInfo'];
export type Reason = components['schemas']['Reason'];
export type Recognition = components['schemas']['Recognition'];
export type Rect = components['schemas']['Rect'];
export type RefusedProposal = components['schemas']['RefusedProposal'];
export type Request = components['schemas']['Request'];
export type Role = components['schemas']['Role'];
export type Rotation = components['schemas']['Rotation'];
export type SearchResult = components['schemas']['SearchResult'];
export type SearchedFace = components['schemas']['SearchedFace'];
export type ServerInfo = components['schemas']['ServerInfo'];
export type Settings = components['schemas']['Settings'];
export type SettleBy = components['schemas']['SettleBy'];
export type SightChange = components['schemas']['SightChange'];
export type SightVerdict = components['schemas']['SightVerdict'];
export type SightingInfo = components['schemas']['SightingInfo'];
export type Since = components['schemas']['Since'];
export type SittingInfo = components['schemas']['SittingInfo'];
export type SittingPicture = components['schemas']['SittingPicture'];
export type State = components['schemas']['State'];
export type Stats = components['schemas']['Stats'];
export type Subscribed = components['schemas']['Subscribed'];
export type Suggestion = components['schemas']['Suggestion'];
export type Timestamp = components['schemas']['Timestamp'];
export type Timings = components['schemas']['Timings'];
export type TwinPhoto = components['schemas']['TwinPhoto'];
export type TypicalFace = components['schemas']['TypicalFace'];
export type Undone = components['schemas']['Undone'];
export type UnknownInfo = components['schemas']['UnknownInfo'];
export type VersionRange = components['schemas']['VersionRange'];
export type View = components['schemas']['View'];
export type WireError = components['schemas']['WireError'];
export type WrongBecause = components['schemas']['WrongBecause'];
export type Hello = components['schemas']['hello'];
export type Result = components['schemas']['result'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
