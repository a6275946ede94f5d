import {chromium} from 'playwright-core';
const [,, B, out, pick='.', ids='14646,12346'] = process.argv;
const models=(await (await fetch(B+'/v1/models')).json()).items ?? [];
const seg=models.find(m=>m.kind==='segments'&&m.active)?.id ?? models.find(m=>String(m.id??m.version).startsWith('segments'))?.version, con=models.find(m=>String(m.id??m.version).startsWith('consumption'))?.version;
const views={live:'/board',segments:'/board/segments','segment-champions':'/board/segments/champions','segment-at-risk':'/board/segments/at-risk',flows:'/board/flows',customers:'/board/customers',alerts:'/board/alerts',fired:'/board/alerts/fired',rules:'/board/alerts/rules','rule-new':'/board/alerts/rules/new',quarantine:'/board/quarantine',models:'/board/models','model-seg':'/board/models/'+seg,'model-cons':'/board/models/'+con,about:'/board/about'};
for(const id of ids.split(',')) views['customer-'+id]='/board/customers/'+id;
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--disable-dev-shm-usage']});
for(const [w,h] of [[1440,900],[768,1024],[390,844]]) for(const scheme of ['light','dark']){
 if(process.env.ONLY && !process.env.ONLY.split(',').includes(w+scheme)) continue;
 const c=await b.newContext({viewport:{width:w,height:h},colorScheme:scheme,deviceScaleFactor:w===390?2:1,locale:'en-GB'});
 const p=await c.newPage();
 p.on('console',m=>{if(['error','warning'].includes(m.type()))console.log(w,scheme,'console',m.text().slice(0,200))});p.on('pageerror',e=>console.log('pageerror',e.message));
 for(const [n,u] of Object.entries(views)){ if(!new RegExp(pick).test(n))continue;
  await p.goto(B+u,{waitUntil:'domcontentloaded'});await p.waitForTimeout(1800);
  await p.screenshot({path:`${out}/${n}-${w}-${scheme}.png`,fullPage:true});
 } await c.close();}
await b.close();
