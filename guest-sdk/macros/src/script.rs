//! `#[callbox::script]`: emits the function and the export of the world that calls it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, FnArg, ItemFn, Result, spanned::Spanned};

pub(crate) fn script(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    if !arguments.is_empty() {
        return Err(Error::new(arguments.span(), "`#[callbox::script]` takes no arguments"));
    }
    let function: ItemFn = syn::parse2(item)?;
    let takes_input = takes_input(&function)?;
    if let Some(generic) = function.sig.generics.params.first() {
        return Err(Error::new(generic.span(), "a script is called by the host and cannot be generic"));
    }
    let entered = entered(&function, takes_input);
    Ok(quote! {
        #function

        const _: () = {
            struct Script;

            impl ::callbox::__private::Guest for Script {
                fn run(
                    input: ::std::string::String,
                ) -> ::core::result::Result<::std::string::String, ::callbox::__private::Failure> {
                    #entered
                }
            }

            ::callbox::__private::export!(Script with_types_in ::callbox::__private);
        };
    })
}

fn takes_input(function: &ItemFn) -> Result<bool> {
    match function.sig.inputs.iter().collect::<Vec<_>>().as_slice() {
        [] => Ok(false),
        [FnArg::Typed(_)] => Ok(true),
        [FnArg::Receiver(receiver)] => Err(Error::new(receiver.span(), "a script is a function, not a method")),
        [_, second, ..] => Err(Error::new(second.span(), "a script takes one input; combine several in a struct")),
    }
}

fn entered(function: &ItemFn, takes_input: bool) -> TokenStream {
    let name = &function.sig.ident;
    let private = quote!(::callbox::__private);
    match (function.sig.asyncness.is_some(), takes_input) {
        (true, true) => quote! {
            #private::enter_async(&input, |input| async move { #private::finish(#name(input).await) })
        },
        (true, false) => quote! {
            #private::enter_async(&input, |input| {
                #private::no_input(input);
                async { #private::finish(#name().await) }
            })
        },
        (false, true) => quote!(#private::enter(&input, |input| #private::finish(#name(input)))),
        (false, false) => quote! {
            #private::enter(&input, |input| {
                #private::no_input(input);
                #private::finish(#name())
            })
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(arguments: &str, item: &str, message: &str) {
        let refused = script(&arguments.parse().expect("tokens"), item.parse().expect("tokens"));
        assert_eq!(refused.expect_err("it is refused").to_string(), message);
    }

    #[test]
    fn what_the_host_cannot_call_is_refused() {
        check_refused("name", "fn run() {}", "`#[callbox::script]` takes no arguments");
        check_refused("", "fn run<T>(input: T) {}", "a script is called by the host and cannot be generic");
        check_refused("", "fn run(a: u8, b: u8) {}", "a script takes one input; combine several in a struct");
        check_refused("", "fn run(self) {}", "a script is a function, not a method");
    }

    #[test]
    fn the_function_stays_as_it_is() {
        let text = script(
            &TokenStream::new(),
            quote!(
                pub async fn go(n: u8) -> R {
                    n
                }
            ),
        )
        .expect("a script")
        .to_string();
        assert!(
            text.starts_with(
                &quote!(
                    pub async fn go(n: u8) -> R {
                        n
                    }
                )
                .to_string()
            ),
            "{text}"
        );
        assert!(text.contains("enter_async"), "{text}");
    }
}
