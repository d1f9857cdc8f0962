/** What JSX becomes. The older of the two forms is a tenth shorter: children need no name. */
export { Fragment, h } from 'preact';
