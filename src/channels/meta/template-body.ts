/** The parameters of a part of a template, as both platforms take them. */
export interface TemplateComponentOf {
  readonly type: 'header' | 'body' | 'button';
  readonly sub_type?: 'url';
  readonly index?: string;
  readonly parameters: readonly { readonly type: 'text'; readonly text: string; readonly parameter_name?: string }[];
}
