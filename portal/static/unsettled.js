var e=!1;document.querySelector('form[action$="/settle"]').addEventListener("submit",()=>{e=!0});addEventListener("pageshow",()=>{e=!1});addEventListener("beforeunload",t=>{e||t.preventDefault()});
